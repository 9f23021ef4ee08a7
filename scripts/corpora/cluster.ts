/** Databases of one server for the corpora: made, copied and dropped by name; never used outside of a test cluster. */
import { randomBytes } from "node:crypto";
import { connectTo, endpointUrl } from "../../src/adapters/scratch/endpoint.ts";
import { testCluster } from "../../test/support/servers.ts";

export interface CorpusDatabase {
  readonly name: string;
  readonly url: string;
}

export async function createDatabase(
  major: number,
  template = "template0",
): Promise<CorpusDatabase> {
  const { endpoint } = await testCluster(major);
  const name = `corpus_${randomBytes(6).toString("hex")}`;
  await administer(major, `create database ${name} template ${template}`);
  return { name, url: endpointUrl(endpoint, name, "tcp") };
}

export async function dropDatabase(major: number, { name }: CorpusDatabase): Promise<void> {
  await administer(major, `drop database if exists ${name} with (force)`);
}

export async function administer(major: number, statement: string): Promise<void> {
  const { endpoint } = await testCluster(major);
  const { client } = await connectTo(endpoint, { applicationName: "corpora" });
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
