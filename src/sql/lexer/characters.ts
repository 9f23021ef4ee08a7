/** The character classes of the server's scanner. Everything beyond ASCII is part of an identifier there, NBSP too. */

const space = 1;
const identifierStart = 2;
const digit = 4;
const operator = 8;

const classes: Uint8Array = classTable();

export function isSpace(code: number): boolean {
  return has(code, space);
}

export function isIdentifierStart(code: number): boolean {
  return code >= 128 || has(code, identifierStart);
}

export function isDigit(code: number): boolean {
  return has(code, digit);
}

export function isOperator(code: number): boolean {
  return has(code, operator);
}

/** Past the end of a text charCodeAt answers NaN, which is in no class. */
function has(code: number, characterClass: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & characterClass) !== 0;
}

function classTable(): Uint8Array {
  const table = new Uint8Array(128);
  const add = (characters: string, characterClass: number): void => {
    for (const character of characters) {
      const code = character.charCodeAt(0);
      table[code] = (table[code] ?? 0) | characterClass;
    }
  };
  const lower = "abcdefghijklmnopqrstuvwxyz";
  const letters = `${lower}${lower.toUpperCase()}_`;
  add(" \t\n\r\f\v", space);
  add(letters, identifierStart);
  add("0123456789", digit);
  add("~!@#^&|`?+-*/%<>=", operator);
  return table;
}
