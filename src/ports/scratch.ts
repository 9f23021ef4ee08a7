/** Throwaway databases where SQL is loaded to learn its meaning. */
import type { Database } from "./database.ts";

export interface ScratchRequest {
  /** The server major that the database must have; by default the newest that is installed. */
  readonly major?: number;
  /**
   * How far the SQL that will be loaded reaches. `database` (the default): it stays inside of its database.
   * `cluster`: it makes roles, tablespaces or settings of the whole server, so it gets a server of its own, where
   * nobody else's are and where its own are gone with it.
   */
  readonly isolation?: ScratchIsolation;
}

export type ScratchIsolation = "database" | "cluster";

export interface ScratchDatabase extends Database {
  readonly major: number;
  /** The database's name on its server. */
  readonly name: string;
  /** For programs that are given a URL. */
  readonly url: string;
  /** A copy of this database as it is now, on the same server; nobody may be connected to it meanwhile. */
  copy(): Promise<ScratchDatabase>;
  /** Ends whoever is connected. Dropping twice is dropping once. */
  drop(): Promise<void>;
}

export interface Scratch {
  /** `embedded`: servers of our own. `server`: one that somebody else runs, where SQL must stay in its database. */
  readonly place: "embedded" | "server";
  /** The majors that can be had, newest first. */
  majors(): Promise<readonly number[]>;
  create(request?: ScratchRequest): Promise<ScratchDatabase>;
  /** Drops what was created and not dropped, and lets go of the servers. */
  close(): Promise<void>;
}
