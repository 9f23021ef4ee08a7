/**
 * Payloads of foreign data. The value of an option that may hold a secret is never here: `secrets` names the option,
 * and the plan resolves it or refuses the step.
 */
import type { Options, QualifiedName } from "./relations.ts";

export type ForeignDataWrapperPayload = {
  readonly owner?: string;
  readonly handler?: QualifiedName;
  readonly validator?: QualifiedName;
  readonly options?: Options;
  /** Names of the options that are there and whose values are secrets. */
  readonly secrets?: readonly string[];
};

export type ServerPayload = {
  readonly owner?: string;
  readonly wrapper: string;
  readonly type?: string;
  readonly version?: string;
  readonly options?: Options;
  /** Names of the options that are there and whose values are secrets. */
  readonly secrets?: readonly string[];
};

export type UserMappingPayload = {
  readonly server: string;
  /** Absent: PUBLIC. */
  readonly user?: string;
  readonly options?: Options;
  /** Names of the options that are there and whose values are secrets. */
  readonly secrets?: readonly string[];
};

export type ForeignTablePayload = {
  readonly owner?: string;
  readonly server: string;
  readonly foreignOptions?: Options;
  readonly partitionOf?: {
    readonly parent: QualifiedName;
    readonly bound: string;
    readonly detachPending?: true;
  };
  readonly inherits?: readonly QualifiedName[];
  readonly rowSecurity?: true;
  readonly forceRowSecurity?: true;
};
