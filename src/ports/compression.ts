/** Making bytes fewer and more again, off the thread that decides. */

export interface Compression {
  /** As manifests call it. */
  readonly name: string;
  compress(content: Uint8Array): Promise<Uint8Array>;
  /** Refuses to make more than so many bytes, so that a damaged file can't fill the memory. */
  expand(content: Uint8Array, bytesMax: number): Promise<Uint8Array>;
  /** The one of that name, for backups that were written with another; undefined: it is not to be had here. */
  named(name: string): Compression | undefined;
}
