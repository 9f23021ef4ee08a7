/** Sizes for people: `812 bytes`, `1.5 kB`, `64 MB`; a unit is 1024 of the one before it, as PostgreSQL means it. */
export function formatSize(bytes: number): string {
  let [amount, unit] = [bytes, -1];
  while (amount >= 1024 && unit < units.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  if (unit < 0) return `${bytes} bytes`;
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[unit] ?? ""}`;
}

const units = ["kB", "MB", "GB", "TB"];
