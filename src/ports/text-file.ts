/** One file that is written from its beginning to its end, and has its name only when it is whole. */

export interface TextFile {
  readonly label: string;
  write(content: string | Uint8Array): Promise<void>;
  /** It is on the disk and has its name; resolves to its size. */
  finish(): Promise<number>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}
