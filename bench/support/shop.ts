/** A database for benchmarks: two large tables and a small one, as many megabytes as wanted. */

/** Keys, indexes and foreign keys included; about so many megabytes of heap. */
export function shop(size: number): string {
  return `${shopTables}${shopRows(size)}${shopIndexes}`;
}

export const shopTables = `
    create table customer (id bigint primary key, name text not null, email text unique, joined timestamptz);
    create table orders (id bigint primary key, customer bigint not null references customer, total numeric(12, 2),
      state text, placed timestamptz, note text, token uuid);
    create table event (id bigint generated always as identity primary key, orders bigint, kind text, detail jsonb);`;

export const shopIndexes = `
    create index on orders (customer); create index on orders (placed); create index on event (orders);
    analyze;`;

export function shopRows(size: number): string {
  const rows = Math.round(size * 3_500);
  return `
    insert into customer select g, 'Customer number ' || g, 'c' || g || '@example.org', now() - g * interval '1 min'
      from generate_series(1, ${Math.round(rows / 20)}) g;
    insert into orders select g, 1 + g % ${Math.round(rows / 20)}, random() * 10000,
      (array['new', 'paid', 'shipped', 'returned'])[1 + g % 4], now() - random() * interval '900 days',
      repeat('note on order ' || g || ', ', 1 + g % 8), gen_random_uuid() from generate_series(1, ${rows}) g;
    insert into event (orders, kind, detail) select g, 'changed', jsonb_build_object('by', 'user' || g % 97, 'at', g,
      'hash', md5(g::text)) from generate_series(1, ${rows}) g;
    `;
}
