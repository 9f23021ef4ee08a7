/** Throwaway databases where SQL is loaded to learn its meaning. */
import type { Database } from "./database.ts";

export interface ScratchRequest {
  /** The server major that the database must have; by default the newest that is installed. */
  readonly major?: number;
}

export interface ScratchDatabase extends Database {
  readonly major: number;
  /** A copy of this database as it is now; nobody may be connected to it meanwhile. */
  copy(): Promise<ScratchDatabase>;
  drop(): Promise<void>;
}

export interface Scratch {
  create(request?: ScratchRequest): Promise<ScratchDatabase>;
}
