/** The project's files. Paths are relative to the project's root with forward slashes, unless said otherwise. */

export interface FileEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
}

/** A file's text, byte order mark included, where it is UTF-8; else its bytes, to say where it is none. */
export type FileContent = string | Uint8Array;

export interface Files {
  /** Absolute path of the project's root. */
  readonly root: string;
  read(path: string): Promise<Uint8Array>;
  /** For thousands of small files: each once, by its path. */
  readContents(paths: Iterable<string>): Promise<Map<string, FileContent>>;
  /** Undefined when there is no such file. */
  readIfPresent(path: string): Promise<Uint8Array | undefined>;
  list(folder: string): Promise<readonly FileEntry[]>;
  exists(path: string): Promise<boolean>;
  /** Atomic: a temporary name in the same folder, then a rename; a crash leaves the old file or the new one. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}
