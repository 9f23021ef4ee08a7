/** A target as the variables that libpq reads. Only for the environment of a child process: the password is in it. */
import type { ConnectionTarget } from "./target.ts";

export async function clientVariables(
  target: ConnectionTarget,
): Promise<Readonly<Record<string, string>>> {
  const { host, address, port, user, database, tls, options } = target;
  const password = await target.password();
  const given: Readonly<Record<string, string | undefined>> = {
    ...{ PGHOST: host, PGHOSTADDR: address, PGPORT: String(port), PGUSER: user },
    PGDATABASE: database,
    PGPASSWORD: password?.reveal(),
    PGSSLMODE: tls.mode,
    PGSSLROOTCERT: tls.rootCertificate,
    PGSSLCERT: tls.certificate,
    PGSSLKEY: tls.key,
    PGCHANNELBINDING: tls.channelBinding,
    PGOPTIONS: options,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
