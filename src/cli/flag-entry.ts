/** What the table of flags says of each: which kind of value it takes, and the words that the help has for it. */

export type FlagEntry =
  | FlagBase<"switch">
  | (FlagBase<"text" | "list" | "number" | "duration"> & {
      /** What stands for the value in the help, in capitals. */
      readonly value: string;
    })
  | (FlagBase<"pairs"> & { readonly value: "NAME=VALUE" })
  | (FlagBase<"choice"> & { readonly choices: readonly string[] });

interface FlagBase<Kind> {
  readonly kind: Kind;
  /** One line of the help, a sentence. */
  readonly doc: string;
  readonly environment?: string;
  readonly short?: string;
  /** Where two commands use one word for two things, the second has a name of its own and is typed like this. */
  readonly spelling?: string;
}
