/** A line of COPY's text format as values. */

const named: Readonly<Record<string, string>> = {
  ...{ b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
};

/** Null is null. The line comes without its end. */
export function parseTextRow(line: string): readonly (string | null)[] {
  return line.split("\t").map((field) => {
    if (field === "\\N") return null;
    return field.includes("\\")
      ? field.replaceAll(/\\(.)/gs, (_all, sign: string) => named[sign] ?? sign)
      : field;
  });
}
