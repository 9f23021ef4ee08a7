/**
 * A schema's changelog: one section for each release, the newest first, in the form of Keep a Changelog with tables. A
 * section is found again by its heading, so that writing it twice is writing it once. Pure.
 */

export interface ReleaseEntry {
  /** Without the v. */
  readonly version: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** The last migration that it holds. */
  readonly upTo: string;
  readonly groups: readonly ChangeGroup[];
  readonly migrations: readonly ReleasedMigration[];
  readonly applied: readonly AppliedTo[];
}

export interface ChangeGroup {
  readonly title: "Added" | "Changed" | "Removed";
  readonly changes: readonly {
    readonly kind: string;
    readonly name: string;
    readonly detail: string;
  }[];
}

export interface ReleasedMigration {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly hasWayBack: boolean;
  readonly breaking: string;
}

export interface AppliedTo {
  readonly target: string;
  readonly applied: number;
  readonly of: number;
  /** Of the last one that is there; empty when none is. */
  readonly when: string;
  readonly by: string;
}

export function entryText(entry: ReleaseEntry): string {
  const { version, date, upTo, groups, migrations, applied } = entry;
  const withoutWay = migrations.filter(({ hasWayBack }) => !hasWayBack).map(({ id }) => id);
  const back =
    withoutWay.length === 0
      ? `Rollback: available for all ${migrations.length} (\`lockstep rollback --steps ${migrations.length}\`).`
      : `Rollback: not available for ${withoutWay.join(", ")}.`;
  const breaking = migrations.filter(
    (one) => one.breaking !== "" && !/^no(?:ne)?\b/i.test(one.breaking),
  );
  return [
    `## [${version}] - ${date}`,
    "",
    `${marker}${upTo} -->`,
    "",
    ...groups.flatMap(({ title, changes }) => [
      `### ${title}`,
      "",
      ...table(
        ["What", "Name", "Detail"],
        changes.map(({ kind, name, detail }) => [kind, `\`${name}\``, detail]),
      ),
    ]),
    ...(breaking.length === 0
      ? []
      : ["### Breaking changes", "", ...breaking.map((one) => `- ${one.id}: ${one.breaking}`), ""]),
    "### Migrations",
    "",
    ...table(
      ["Migration", "Title", "Author", "Rollback"],
      migrations.map((one) => [one.id, one.title, one.author, one.hasWayBack ? "yes" : "no"]),
    ),
    back,
    "",
    ...(applied.length === 0
      ? []
      : [
          "### Applied",
          "",
          ...table(
            ["Target", "Migrations", "When (UTC)", "By"],
            applied.map((one) => [one.target, `${one.applied} of ${one.of}`, one.when, one.by]),
          ),
        ]),
  ].join("\n");
}

const marker = "<!-- Migrations up to: ";

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(heads), `|${heads.map(() => "---").join("|")}|`, ...rows.map(line), ""];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim();
}

const title = `# Schema changelog

One section for each release of the schema, the newest first, in the form of
[Keep a Changelog](https://keepachangelog.com/en/1.1.0/). Written by \`lockstep release\`.
`;

/** In the place of the release's own section, else before all others. */
export function withEntry(text: string | undefined, entry: ReleaseEntry): string {
  const before = text ?? title;
  const sections = sectionsOf(before);
  const own = sections.find(({ version }) => version === entry.version);
  const written = entryText(entry).trimEnd();
  if (own !== undefined) {
    return `${before.slice(0, own.start)}${written}\n${gap(before.slice(own.end))}`;
  }
  const start = sections.find(({ version }) => version !== "Unreleased")?.start ?? before.length;
  const head = before.slice(0, start).trimEnd();
  return `${head}\n\n${written}\n${gap(before.slice(start))}`;
}

function gap(rest: string): string {
  return rest.trim() === "" ? "" : `\n${rest.trimStart()}`;
}

/** What a release's section tells of targets already, in its order. */
export function appliedIn(text: string, version: string): readonly AppliedTo[] {
  const own = sectionsOf(text).find((section) => section.version === version);
  if (own === undefined) return [];
  const [, list = ""] = text.slice(own.start, own.end).split(/^### Applied$/m);
  const rows = list.matchAll(/^\| (.*?) \| (\d+) of (\d+) \| (.*?) ?\| (.*?) ?\|$/gm);
  return [...rows].map(([, target = "", applied, of, when = "", by = ""]) => ({
    ...{ target: target.replaceAll("\\|", "|"), by: by.replaceAll("\\|", "|"), when },
    ...{ applied: Number(applied), of: Number(of) },
  }));
}

export interface Section {
  readonly version: string;
  /** The date that it was first written with. */
  readonly date: string;
  /** Undefined where somebody wrote it by hand. */
  readonly upTo: string | undefined;
  readonly start: number;
  readonly end: number;
}

export function sectionsOf(text: string): readonly Section[] {
  const heads = [...text.matchAll(/^## \[([^\]]+)\](?: - (\S+))?.*$/gm)];
  return heads.map((head, place) => {
    const start = head.index;
    const end = heads[place + 1]?.index ?? text.length;
    const body = text.slice(start, end);
    const upTo = /<!-- Migrations up to: (.+?) -->/.exec(body)?.[1];
    return { version: head[1] ?? "", date: head[2] ?? "", upTo, start, end };
  });
}
