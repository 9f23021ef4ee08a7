import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Piece } from "../../src/sql/pieces.ts";
import { splitScript } from "../../src/sql/split.ts";

function split(text: string): readonly Piece[] {
  return [...splitScript(text)];
}

function texts(text: string): readonly string[] {
  return split(text).map((piece) => (piece.kind === "meta" ? `\\${piece.name}` : piece.text));
}

describe("splitScript cuts at the semicolons that end a statement", () => {
  test("not at those in strings, names, comments and dollar quotes", () => {
    const parts = [
      "select ';'",
      "select E'\\';'",
      'select ";"',
      "select $$;$$",
      "select $a$ $b$;$b$ $$;$a$",
      "select 1 /* ; /* ; */ ; */ + 2",
      "select 1 -- ;\n+ 1",
      "select U&'\\0041;' uescape '!'",
      "select 'a;'\n  'b;'",
      "select a$1$, b$1$",
    ];
    expect(texts(parts.join(";\n"))).toEqual(parts);
  });

  test("not at those in parentheses", () => {
    const rule = "create rule r as on insert to t do also (delete from a; delete from b)";
    expect(texts(`${rule}; select 1`)).toEqual([rule, "select 1"]);
  });

  test("not at those in the body of a BEGIN ATOMIC function", () => {
    const body =
      "create or replace function f(begin int) returns int language sql begin atomic\n" +
      "select case when 1 = 1 then 2 end as end; select t.end from t; select 3; end";
    expect(texts(`${body}; select 1;`)).toEqual([body, "select 1"]);
  });

  test("although a column is called begin, and although BEGIN opens a transaction", () => {
    expect(texts("begin; create table t (begin int); end; select 1")).toEqual([
      "begin",
      "create table t (begin int)",
      "end",
      "select 1",
    ]);
    expect(texts("create function begin() returns int language sql as 'select 1'; x")).toHaveLength(
      2,
    );
  });

  test("and gives nothing for empty statements and comments", () => {
    expect(split(";; -- nothing\n /* here */ ;")).toEqual([]);
    expect(split("")).toEqual([]);
    expect(split("\ufeff")).toEqual([]);
  });
});

test("a piece knows its line and its column in characters, behind a byte order mark and CRLF too", () => {
  const [first, second] = split("\ufeffselect '😀'; select 2;\r\n  select 3");
  expect(first).toMatchObject({ line: 1, column: 1, text: "select '😀'" });
  expect(second).toMatchObject({ line: 1, column: 13 });
  expect(split("select 1;\r\n  select 3")[1]).toMatchObject({ line: 2, column: 3 });
});

test("what is never closed is said in the piece", () => {
  expect(split("select 'abc")[0]).toMatchObject({ open: "string", terminator: "end" });
  expect(split('select "abc;')[0]).toMatchObject({ open: "identifier" });
  expect(split("select $x$ abc; $y$")[0]).toMatchObject({ open: "dollar quote" });
  expect(split("select 1 /* x; /* */")[0]).toMatchObject({ open: "comment" });
  expect(split("/* never")[0]).toMatchObject({ open: "comment" });
});

describe("COPY from stdin", () => {
  const script =
    'copy t (a, "from stdin") from stdin with (format csv);\n1;\'\n\\.x\n\\.\nselect 2;';

  test("keeps its data as a range", () => {
    const [copy, next] = split(script);
    expect(copy).toMatchObject({ kind: "copy", terminated: true });
    if (copy?.kind !== "copy") throw new Error("not a copy");
    expect(script.slice(copy.data.start, copy.data.end)).toBe("1;'\n\\.x\n");
    expect(next).toMatchObject({ kind: "statement", text: "select 2", line: 5 });
  });

  test("ends at \\. before CRLF and at the end of the file", () => {
    expect(split("COPY t FROM STDIN;\r\n1\r\n\\.\r\nselect 1")).toHaveLength(2);
    expect(split("COPY t FROM STDIN;\n1\n")[0]).toMatchObject({ terminated: false });
  });

  test("is told apart from COPY to and from files", () => {
    expect(split("copy t to stdout; select 1")).toHaveLength(2);
    expect(split("copy t from 'stdin'; select 1")[0]).toMatchObject({ kind: "statement" });
    expect(split("copy (select 1 from stdin) to stdout; select 1")).toHaveLength(2);
  });

  test("says what else stands on its line", () => {
    expect(split("copy t from stdin; select 1;\n\\.\n")[0]).toHaveProperty("trailing");
    expect(split("copy t from stdin; -- fine\n\\.\n")[0]).not.toHaveProperty("trailing");
  });
});

describe("psql's commands", () => {
  test("end at the line end, at the next command, or at \\\\", () => {
    expect(texts("\\set a 1 \\echo x\n\\timing on \\\\ select 1;\r\n\\unset a\r\n")).toEqual([
      "\\set",
      "\\echo",
      "\\timing",
      "select 1",
      "\\unset",
    ]);
    expect(split("\\set a 'x \\' \\\\ y' z \r\n")[0]).toMatchObject({
      kind: "meta",
      name: "set",
      arguments: "a 'x \\' \\\\ y' z",
    });
  });

  test("end the statement before them", () => {
    const [query, gset] = split("select 1 as a \\gset pre_\nselect 2;");
    expect(query).toMatchObject({ text: "select 1 as a", terminator: "command" });
    expect(gset).toMatchObject({ kind: "meta", name: "gset", arguments: "pre_" });
  });

  test("\\; joins statements into one message", () => {
    expect(split("select 1\\; select 2; select 3")[0]).toMatchObject({
      joined: true,
      text: "select 1\\; select 2",
    });
  });

  test("\\copy from stdin keeps its data", () => {
    const [copy, next] = split("\\copy t from stdin\n1\n\\.\nselect 1;");
    expect(copy).toMatchObject({ name: "copy", data: { start: 19, end: 21 } });
    expect(next).toMatchObject({ text: "select 1" });
  });
});

const fragments = fc.constantFrom(
  ..."select;';';\";$$;$a$;(;);begin;atomic;end;case;create function;copy t from stdin;\\.;\\set a;--;/*;*/;E'\\;U&\";\r\n; ;\n;a;1.5;=-;\\;;é;😀;:x;\\gset".split(
    ";",
  ),
  ";",
  "\\;",
);

test("the pieces and what remains behind them are the text again, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.array(fragments).map((parts) => parts.join("")),
      (text) => {
        let at = 0;
        for (const piece of split(text)) {
          expect(piece.leadingStart).toBe(at);
          expect(piece.start).toBeGreaterThanOrEqual(at);
          expect(piece.end).toBeGreaterThan(piece.start);
          expect(piece.fullEnd).toBeGreaterThanOrEqual(piece.end);
          at = piece.fullEnd;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("200,000 statements are cut in one pass", () => {
  const statement = "insert into t (a, b) values (1, 'some text; and more'); -- comment\n";
  const text = statement.repeat(200_000);
  const started = performance.now();
  let count = 0;
  for (const piece of splitScript(text)) count += piece.kind === "statement" ? 1 : 0;
  expect(count).toBe(200_000);
  expect(performance.now() - started).toBeLessThan(20_000);
});
