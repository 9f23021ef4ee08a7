/** The headings of the overview, in its order. */

export const commandGroups = ["Deploy", "Look", "Write", "Develop", "Look after"] as const;

export type CommandGroup = (typeof commandGroups)[number];
