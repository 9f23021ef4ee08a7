/** Who deploys, from where and what: recorded with every deployment. Gathered by adapters/node/identity.ts. */
export interface Identity {
  readonly osUser: string | undefined;
  readonly host: string | undefined;
  /** The commit of the project that is deployed. */
  readonly gitSha: string | undefined;
  readonly toolVersion: string;
}
