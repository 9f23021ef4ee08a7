/** The one part of node-postgres that is used by path and has no types of its own. */
declare module "pg/lib/crypto/cert-signatures.js" {
  export function signatureAlgorithmHashFromCertificate(certificate: Buffer): string;
}
