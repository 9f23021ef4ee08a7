/** \if, \elif, \else and \endif: which lines of a file are in force. Nothing in a branch that is not is read. */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";

export interface Conditions {
  readonly isActive: () => boolean;
  /** `evaluate` is called only where psql would look at the expression. */
  begin(evaluate: () => boolean, where: SourcePosition): void;
  otherwiseIf(evaluate: () => boolean, where: SourcePosition): void;
  otherwise(where: SourcePosition): void;
  end(where: SourcePosition): void;
  /** At the end of the file. */
  finish(): void;
}

interface Branch {
  readonly where: SourcePosition;
  readonly parentActive: boolean;
  active: boolean;
  taken: boolean;
  sawElse: boolean;
}

export function createConditions(): Conditions {
  const branches: Branch[] = [];
  const isActive = (): boolean => branches.at(-1)?.active ?? true;
  const current = (command: string, where: SourcePosition): Branch => {
    const branch = branches.at(-1);
    if (branch === undefined) throw misplaced(`\\${command} without \\if.`, where);
    return branch;
  };
  const next = (command: string, where: SourcePosition): Branch => {
    const branch = current(command, where);
    if (branch.sawElse) throw misplaced(`\\${command} after \\else.`, where);
    return branch;
  };
  return {
    isActive,
    begin: (evaluate, where) => {
      const parentActive = isActive();
      const active = parentActive && evaluate();
      branches.push({ where, parentActive, active, taken: active, sawElse: false });
    },
    otherwiseIf: (evaluate, where) => {
      const branch = next("elif", where);
      branch.active = branch.parentActive && !branch.taken && evaluate();
      branch.taken ||= branch.active;
    },
    otherwise: (where) => {
      const branch = next("else", where);
      branch.active = branch.parentActive && !branch.taken;
      branch.taken = true;
      branch.sawElse = true;
    },
    end: (where) => {
      current("endif", where);
      branches.pop();
    },
    finish: () => {
      const open = branches.at(-1);
      if (open !== undefined) throw misplaced("\\if is never closed by \\endif.", open.where);
    },
  };
}

function misplaced(message: string, where: SourcePosition): LockstepError {
  return new LockstepError("SQL.PSQL_CONDITION", message, { where });
}

/** psql takes any beginning of these words; of "on" and "off" it needs two letters to tell them apart. */
export function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (word === "") return undefined;
  if ("true".startsWith(word) || "yes".startsWith(word) || word === "on" || word === "1")
    return true;
  if ("false".startsWith(word) || "no".startsWith(word) || word === "of") return false;
  return word === "off" || word === "0" ? false : undefined;
}
