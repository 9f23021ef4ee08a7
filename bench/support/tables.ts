/** Schemas of any number of tables for the benchmarks, cut into scripts of 200 tables. */

/** 12 columns, 2 indexes and a foreign key each; a view, a function and a grant for every tenth. */
export function* schemaScripts(tables: number): Generator<string> {
  const perScript = 200;
  for (let from = 0; from < tables; from += perScript) {
    const statements: string[] = [];
    for (let n = from; n < Math.min(from + perScript, tables); n += 1)
      statements.push(...tableOf(n));
    yield statements.join(";\n");
  }
}

export function tableName(n: number): string {
  return `table_${String(n).padStart(5, "0")}`;
}

function tableOf(n: number): readonly string[] {
  const table = tableName(n);
  const other = tableName(Math.max(0, n - 1));
  const statements = [
    `create table ${table} (
      id bigint generated always as identity primary key,
      other_id bigint references ${n === 0 ? table : other} (id) on delete cascade,
      name varchar(200) not null, description text, amount numeric(12,2) not null default 0,
      quantity integer not null default 1, active boolean not null default true, tags text[],
      details jsonb, valid_from date, created_at timestamptz not null default now(),
      updated_at timestamptz
    )`,
    `create index ${table}_name on ${table} (name)`,
    `create index ${table}_created on ${table} (created_at desc) where active`,
  ];
  if (n % 10 !== 0) return statements;
  return [
    ...statements,
    `create view ${table}_view as select id, name, amount * quantity as value from ${table} where active`,
    `create function ${table}_count() returns bigint language sql stable as 'select count(*) from ${table}'`,
    `grant select, insert on ${table} to pg_monitor`,
  ];
}
