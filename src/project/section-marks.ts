/**
 * How tools mark the up and the down section of one file, a row each. A file whose marks nobody read would run its way
 * back right behind its way there, so a row more is worth its while. The marks are whole lines.
 */

export interface SectionMarks {
  readonly up: string | undefined;
  readonly down: string;
  /** Whole lines of a text; the group `up` or `down` takes part. */
  readonly pattern: RegExp;
  /** A comment of anybody's could look like it: both must stand in the file. */
  readonly onlyTogether?: true;
  /** The line is no comment of PostgreSQL's, and is left out. */
  readonly isForeign?: true;
}

export const sectionMarks: readonly SectionMarks[] = [
  row("-- migrate:up", "-- migrate:down", "--[ \\t]*migrate:(?:(?<up>up)|(?<down>down))\\b.*"),
  row("-- +goose Up", "-- +goose Down", "--[ \\t]*\\+goose[ \\t]+(?:(?<up>up)|(?<down>down))\\b.*"),
  row(
    "-- +migrate Up",
    "-- +migrate Down",
    "--[ \\t]*\\+mi(?:g|c)rate[ \\t]+(?:(?<up>up)|(?<down>down))\\b.*",
  ),
  row(
    "-- Up Migration",
    "-- Down Migration",
    "--[ \\t-]*(?:(?<up>up)|(?<down>down))[ \\t]+migration[ \\t:-]*",
  ),
  row(
    "-- rambler up",
    "-- rambler down",
    "--[ \\t]*rambler[ \\t]+(?:(?<up>up)|(?<down>down))\\b.*",
  ),
  row(undefined, "-- //@UNDO", "--[ \\t]*(?://[ \\t]*)?(?<down>@undo)\\b.*"),
  row(
    undefined,
    "---- create above / drop below ----",
    "----[ \\t]*(?<down>create above[ \\t]*/[ \\t]*drop below)[ \\t]*----[ \\t]*",
  ),
  row("-- !Ups", "-- !Downs", "--[ \\t-]*!(?:(?<up>ups)|(?<down>downs))\\b.*"),
  {
    ...row("# --- !Ups", "# --- !Downs", "#[ \\t-]*!(?:(?<up>ups)|(?<down>downs))\\b.*"),
    isForeign: true,
  },
  {
    ...row("-- Up", "-- Down", "--[ \\t=*-]*(?:(?<up>up)|(?<down>down))[ \\t:=*-]*"),
    onlyTogether: true,
  },
];

function row(up: string | undefined, down: string, pattern: string): SectionMarks {
  return { up, down, pattern: new RegExp(`^[ \\t]*${pattern}$`, "gim") };
}

export interface Mark {
  readonly direction: "up" | "down";
  /** Where its line begins in the text. */
  readonly index: number;
  readonly line: number;
  /** Where the SQL of its section begins: with the mark, where that is a comment. */
  readonly from: number;
}

/** Cheap, and true of more texts than have a mark: nearly no file of thousands has. */
const mayBeMarked =
  /migrate:|\+goose|\+mi[gc]rate|rambler|@undo|drop below|!(?:ups|downs)|^[ \t]*--[ \t=*-]*(?:up|down)\b/im;

/** In their order. */
export function findMarks(text: string): readonly Mark[] {
  if (!mayBeMarked.test(text)) return [];
  const found = sectionMarks.flatMap((marks) => matchesOf(marks, text));
  const sorted = found.toSorted((one, other) => one.index - other.index);
  let [line, counted] = [1, 0];
  return sorted.map((mark) => {
    line += countLineEnds(text.slice(counted, mark.index));
    counted = mark.index;
    return { ...mark, line };
  });
}

function matchesOf(marks: SectionMarks, text: string): readonly Omit<Mark, "line">[] {
  const found = [...text.matchAll(marks.pattern)].map(({ 0: whole, index, groups }) => ({
    direction: groups?.["down"] === undefined ? ("up" as const) : ("down" as const),
    index,
    from: marks.isForeign === true ? index + whole.length : index,
  }));
  if (marks.onlyTogether !== true) return found;
  const isPair = found.length === 2 && found[0]?.direction !== found[1]?.direction;
  return isPair ? found : [];
}

export function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** How the tool whose mark a down section begins with writes both. */
export function marksOf(downText: string): SectionMarks | undefined {
  return sectionMarks.find(({ pattern }) => {
    const [first] = downText.matchAll(pattern);
    return first?.index === 0;
  });
}
