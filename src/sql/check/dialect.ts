/** Hints for syntax errors that have a well-known cause: text that was written for something else. */

interface DialectHint {
  readonly pattern: RegExp;
  readonly hint: string;
}

/** Tried against the statement, the first that fits is given. A hint only ever explains an error. */
const hints: readonly DialectHint[] = [
  {
    pattern: /^\s*EOF\b/m,
    hint: "This looks like the end of a shell heredoc (EOF); delete that line.",
  },
  {
    pattern: /^\s*delimiter\b/im,
    hint: "DELIMITER is a command of MySQL's client; PostgreSQL quotes bodies with $$ instead.",
  },
  {
    pattern: /\bAUTO_INCREMENT\b/i,
    hint: "AUTO_INCREMENT is MySQL; write GENERATED ALWAYS AS IDENTITY.",
  },
  {
    pattern: /\b(?:ENGINE\s*=|DEFAULT\s+CHARSET|UNSIGNED\b|TINYINT\b|MEDIUMTEXT\b|LONGTEXT\b)/i,
    hint: "This is MySQL's dialect; PostgreSQL has neither engines nor unsigned types.",
  },
  {
    pattern: /`/,
    hint: "Backticks are MySQL; PostgreSQL quotes names with double quotes.",
  },
  {
    pattern: /\bIDENTITY\s*\(\s*\d|\bNVARCHAR\b|\[[A-Za-z_]+\]\s*\.\s*\[/i,
    hint: "This is SQL Server's dialect; write GENERATED ALWAYS AS IDENTITY, text and double quotes.",
  },
  {
    pattern: /^\s*GO\s*$/im,
    hint: "GO is a command of SQL Server's client; end statements with a semicolon.",
  },
  {
    pattern: /\bAUTOINCREMENT\b/i,
    hint: "AUTOINCREMENT is SQLite; write GENERATED ALWAYS AS IDENTITY.",
  },
  {
    pattern: /\b(?:VARCHAR2|NUMBER\s*\(|SYSDATE\b)/i,
    hint: "This is Oracle's dialect; write varchar, numeric and now().",
  },
  { pattern: /(?:^|\s)\/\//, hint: "Comments begin with -- in SQL, not with //." },
  { pattern: /^\s*#/m, hint: "Comments begin with -- in SQL, not with #." },
  {
    pattern: /\$\{/,
    hint: "Give the variable a value, by --set NAME=VALUE or under variables in the config, or write it here.",
  },
  {
    pattern: /\{\{|<%|\$%/,
    hint: "This is a template that another tool fills in; write the value, or ${NAME} and give it by --set NAME=VALUE.",
  },
  {
    pattern: /(?:^|[^:\w]):["']?[A-Za-z_]\w*/,
    hint: "This looks like a psql variable that nothing sets; set it with \\set in the file, or by --set NAME=VALUE.",
  },
  { pattern: /^(?:<<<<<<<|=======|>>>>>>>)/m, hint: "A merge conflict was left in the file." },
  {
    pattern: /[\u2018\u2019\u201c\u201d]/,
    hint: "A typographic quote stands in the statement; SQL knows only ' and \".",
  },
];

export function dialectHint(statement: string): string | undefined {
  return hints.find(({ pattern }) => pattern.test(statement))?.hint;
}
