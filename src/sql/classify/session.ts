/** What a statement leaves behind in its session, and which functions reach further than their query. */
import type { BeyondDatabase, SessionEffect } from "../facts.ts";
import {
  asSyntaxNode,
  constantOf,
  elementsOf,
  flagAt,
  namesOf,
  type SyntaxNode,
  textAt,
  typedChildrenAt,
  walk,
} from "../syntax.ts";

const effects: Readonly<Record<string, (tree: SyntaxNode) => readonly SessionEffect[]>> = {
  CreateStmt: temporary,
  CreateTableAsStmt: temporary,
  CreateSeqStmt: temporary,
  ViewStmt: temporary,
  DeclareCursorStmt: () => [{ kind: "holds", what: "a cursor" }],
  DiscardStmt: (tree) => [
    { kind: "discard", target: (textAt(tree, "target") ?? "").replace("DISCARD_", "") },
  ],
  ListenStmt: () => [{ kind: "holds", what: "a listener" }],
  LoadStmt: () => [{ kind: "holds", what: "a loaded library" }],
  PrepareStmt: () => [{ kind: "holds", what: "a prepared statement" }],
  SelectStmt: functionEffects,
  VariableSetStmt: settings,
};

export function sessionEffects(node: string, tree: SyntaxNode): readonly SessionEffect[] {
  return effects[node]?.(tree) ?? [];
}

function settings(tree: SyntaxNode): readonly SessionEffect[] {
  const kind = textAt(tree, "kind") ?? "VAR_SET_VALUE";
  if (kind === "VAR_RESET_ALL") return [{ kind: "resetAll" }];
  const name = textAt(tree, "name") ?? "";
  const args = elementsOf(tree["args"]);
  if (kind === "VAR_SET_MULTI") {
    const isSession = name === "SESSION CHARACTERISTICS";
    return typedChildrenAt(tree, "args").map((option) => ({
      kind: "set",
      name: textAt(option.body, "defname") ?? name,
      value: constantOf(option.body["arg"]),
      local: !isSession,
    }));
  }
  const values = args.flatMap((argument) => constantOf(argument) ?? []);
  const value = kind === "VAR_SET_VALUE" ? values.join(", ") : undefined;
  return [{ kind: "set", name: name.toLowerCase(), value, local: flagAt(tree, "is_local") }];
}

function functionEffects(tree: SyntaxNode): readonly SessionEffect[] {
  const found: SessionEffect[] = [];
  walk(tree, (node) => {
    if (node.kind !== "FuncCall") return;
    const name = namesOf(node.body["funcname"]).at(-1) ?? "";
    const args = elementsOf(node.body["args"]);
    if (name === "set_config") {
      const [setting, value, local] = args.map((argument) => constantOf(argument));
      const isLocal = local !== undefined && /^(?:t|true|1|on|yes)$/i.test(local);
      found.push({ kind: "set", name: (setting ?? "").toLowerCase(), value, local: isLocal });
    } else if (/^pg_(?:try_)?advisory_lock(?:_shared)?$/.test(name)) {
      found.push({ kind: "holds", what: "an advisory lock" });
    }
  });
  return found;
}

/** A relation is temporary where its tree says so, or where it is put into the schema pg_temp. */
function temporary(tree: SyntaxNode): readonly SessionEffect[] {
  const into = asSyntaxNode(tree["into"]);
  const relation = asSyntaxNode(
    tree["relation"] ?? tree["sequence"] ?? tree["view"] ?? into["rel"],
  );
  const isTemporary =
    textAt(relation, "relpersistence") === "t" || textAt(relation, "schemaname") === "pg_temp";
  return isTemporary ? [{ kind: "holds", what: "a temporary relation" }] : [];
}

const functionsBeyond: readonly (readonly [RegExp, BeyondDatabase])[] = [
  [/^dblink/, "other server"],
  [
    /^(?:lo_import|lo_export|pg_read_file|pg_read_binary_file|pg_ls_\w+|pg_stat_file)$/,
    "server file",
  ],
  [/^pg_file_\w+$/, "server file"],
  [/^(?:pg_reload_conf|pg_rotate_logfile|pg_promote)$/, "system setting"],
  [/^pg_(?:create|drop)_(?:logical|physical)_?\w*slot$|^pg_drop_replication_slot$/, "subscription"],
];

export function beyondByFunctions(functions: readonly string[]): readonly BeyondDatabase[] {
  if (functions.length === 0) return [];
  return functionsBeyond.flatMap(([pattern, what]) => {
    const calls = functions.some((name) => pattern.test(name.split(".").at(-1) ?? ""));
    return calls ? [what] : [];
  });
}
