/** Which types take every value of another one as it is. It says nothing of how a value gets there. */

const integers: readonly string[] = ["smallint", "integer", "bigint"];

export function isWidened(was: string | undefined, is: string): boolean {
  if (was === undefined) return false;
  const [from, to] = [integers.indexOf(was), integers.indexOf(is)];
  const isText = (type: string): boolean => type === "text" || type.startsWith("character varying");
  return (from !== -1 && to >= from) || (isText(was) && isText(is));
}
