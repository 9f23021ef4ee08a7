/**
 * Where exports are kept: one file, or a folder of files, written as streams and visible under their name only when
 * they are whole. It knows nothing of what is in them.
 */

export interface DataSink {
  /** For people: the path. */
  readonly label: string;
  /** Refuses with DATA.EXISTS where something is already. */
  create(): Promise<DataWriter>;
}

export interface DataWriter {
  /** One after the other or side by side; of a sink that is one file, the name says nothing. */
  open(name: string): Promise<DataFile>;
  /** Everything is on the disk; from now on there is an export. */
  finish(): Promise<void>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}

export interface DataFile {
  /** Resolves when more may come. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface DataSource {
  readonly label: string;
  /** Refuses with DATA.FILE_ABSENT where there is nothing. */
  kind(): Promise<"file" | "folder">;
  /** Of a source that is one file, the name says nothing. */
  read(name: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  size(name: string): Promise<number>;
  /** For rows that did not fit: a file beside it, made anew. */
  rejects(): Promise<DataFile & { readonly label: string }>;
}

export interface ByteRange {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}
