/** Where the values of secrets come from that SQL names by reference. */
export interface Secrets {
  /** Of `env:NAME` or `file:PATH`; throws SECRET.UNSET where there is none. */
  resolve(reference: string): string;
}
