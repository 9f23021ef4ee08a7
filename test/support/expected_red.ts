/**
 * Cases of the diff corpora that are known not to converge, and why. One that does converge must leave the list:
 * `npm run test:diff` fails until it has.
 */
export const expectedRed: Readonly<Record<string, string>> = {};
