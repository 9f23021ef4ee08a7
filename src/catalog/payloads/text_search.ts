/** Payloads of text search objects. */
import type { QualifiedName } from "./relations.ts";

export type ParserPayload = {
  readonly start: QualifiedName;
  readonly token: QualifiedName;
  readonly end: QualifiedName;
  readonly headline?: QualifiedName;
  readonly lexTypes: QualifiedName;
};

export type TemplatePayload = {
  readonly init?: QualifiedName;
  readonly lexize: QualifiedName;
};

export type DictionaryPayload = {
  readonly owner?: string;
  readonly template: QualifiedName;
  /** As the catalog keeps them: `language = 'english', stopwords = 'english'`. */
  readonly options?: string;
};

export type ConfigurationPayload = {
  readonly owner?: string;
  readonly parser: QualifiedName;
  /** Token type -> dictionaries in order. Sorted by token type. */
  readonly mappings?: { readonly [tokenType: string]: readonly QualifiedName[] };
};
