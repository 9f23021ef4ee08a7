/** server_version as the server prints it (`18.4`, `14.10 (Debian 14.10-1)`, `19beta1`) as a comparable number. */
export function versionNumber(serverVersion: string): number {
  const [major = "0", minor = "0"] = /^(\d+)(?:\.(\d+))?/.exec(serverVersion)?.slice(1) ?? [];
  return Number(major) * 10_000 + Number(minor);
}
