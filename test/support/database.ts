/** An empty database of a test's own, dropped when the test has finished. */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { onTestFinished } from "vitest";
import { connectTo, endpointUrl } from "../../src/adapters/scratch/endpoint.ts";
import { newestMajor, testCluster } from "./servers.ts";

export interface TestDatabase {
  readonly major: number;
  readonly name: string;
  /** By TCP with a password, as a server elsewhere would be reached. */
  readonly url: string;
  /** By the socket, where there is one. */
  readonly socketUrl: string;
  /** A connection of the superuser, closed when the test has finished. */
  connect(): Promise<pg.Client>;
  /** One statement on a connection of its own; the rows. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Several statements on a connection of their own. */
  run(script: string): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Another database's name to copy; nobody may be connected to it. */
  readonly template?: string;
  /** Not dropped at the end of the test; for beforeAll, together with dropDatabase. */
  readonly keep?: boolean;
}

/** Call it inside of a test (or, with `keep`, in beforeAll). */
export async function testDatabase(
  major: number = newestMajor,
  options: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const { endpoint } = await testCluster(major);
  const name = `test_${randomBytes(6).toString("hex")}`;
  await administer(major, `create database ${name} template ${options.template ?? "template0"}`);
  const url = endpointUrl(endpoint, name, "tcp");
  const clients: pg.Client[] = [];
  if (options.keep !== true) {
    onTestFinished(async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await dropDatabase({ major, name });
    });
  }
  const connect = async (): Promise<pg.Client> => {
    const { client } = await connectTo(endpoint, { database: name, applicationName: "test" });
    clients.push(client);
    return client;
  };
  const query = async (
    text: string,
    values: readonly unknown[] = [],
  ): ReturnType<TestDatabase["query"]> => {
    const client = await connect();
    try {
      return (await client.query(text, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  const run = async (script: string): Promise<void> => {
    const client = await connect();
    try {
      await client.query(script);
    } finally {
      await client.end();
    }
  };
  return {
    major,
    name,
    url,
    socketUrl: endpointUrl(endpoint, name, "socket"),
    connect,
    query,
    run,
  };
}

/** Drops it whoever is connected. */
export async function dropDatabase(database: Pick<TestDatabase, "major" | "name">): Promise<void> {
  await administer(database.major, `drop database if exists "${database.name}" with (force)`);
}

/** One statement in the cluster's maintenance database: roles, databases, settings of the whole cluster. */
export async function administer(major: number, statement: string): Promise<void> {
  const { endpoint } = await testCluster(major);
  const { client } = await connectTo(endpoint, { applicationName: "test administration" });
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A role's name of a test's own; the role, if the test creates it, is dropped at the end. */
export async function testRole(major: number = newestMajor, attributes = "login"): Promise<string> {
  const name = `role_${randomBytes(6).toString("hex")}`;
  await administer(major, `create role ${name} ${attributes}`);
  onTestFinished(async () => {
    // Databases are dropped before, since hooks run last to first; what is left belongs to the test.
    await administer(major, `drop role if exists ${name}`).catch(() => undefined);
  });
  return name;
}
