/** Where a cluster of ours listens, and connections to it for our own use. */
import { Socket } from "node:net";
import { join } from "node:path";
import type pg from "pg";
import { superuser } from "./template.ts";

export interface Endpoint {
  /** The folder of the socket; undefined where there are none (Windows). */
  readonly socketFolder: string | undefined;
  /** 127.0.0.1 listens on it when `tcp` is set; the socket's name carries it in any case. */
  readonly port: number;
  readonly tcp: boolean;
  readonly password: string;
}

export interface EndpointConnect {
  readonly database?: string;
  readonly applicationName: string;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface OwnConnection {
  readonly client: pg.Client;
  readonly socket: Socket;
}

/** A bare connection of the superuser. */
export async function connectTo(
  endpoint: Endpoint,
  options: EndpointConnect,
): Promise<OwnConnection> {
  // The driver is loaded by those alone who connect: `dev url` and a running `dev` database need none.
  const { default: driver } = await import("pg");
  const socket = new Socket();
  const settings = Object.entries(options.settings ?? {}).map(
    ([name, value]) => `-c ${name}=${value}`,
  );
  const client = new driver.Client({
    host: endpoint.socketFolder ?? "127.0.0.1",
    port: endpoint.port,
    user: superuser,
    password: endpoint.password,
    database: options.database ?? "postgres",
    stream: () => socket,
    application_name: options.applicationName,
    ...(settings.length === 0 ? {} : { options: settings.join(" ") }),
  });
  // Without a listener a connection that is lost while idle would end our process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return { client, socket };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** A URL for one of its databases; by the socket where there is one, or by TCP when that is asked for. */
export function endpointUrl(endpoint: Endpoint, database: string, way: "socket" | "tcp"): string {
  const name = encodeURIComponent(database);
  if (way === "socket" && endpoint.socketFolder !== undefined) {
    const host = encodeURIComponent(endpoint.socketFolder);
    return `postgresql://${superuser}@/${name}?host=${host}&port=${endpoint.port}`;
  }
  const password = encodeURIComponent(endpoint.password);
  return `postgresql://${superuser}:${password}@127.0.0.1:${endpoint.port}/${name}`;
}

/** The socket's file. Systems cut such paths at about 104 bytes. */
export function socketPathBytes(folder: string): number {
  return Buffer.byteLength(join(folder, ".s.PGSQL.65535"));
}
