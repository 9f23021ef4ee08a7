/**
 * The backend's messages as one union. pg-protocol decodes them; its types name only their common part, so this
 * file holds the one cast that makes a decoded message a member of the union.
 */
import type { BackendMessage as DecodedMessage } from "pg-protocol/dist/messages.js";

export interface FieldDescription {
  readonly name: string;
  readonly dataTypeID: number;
}

export interface ErrorFields {
  readonly message: string | undefined;
  readonly severity: string | undefined;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: string | undefined;
  readonly internalPosition: string | undefined;
  readonly internalQuery: string | undefined;
  readonly where: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly dataType: string | undefined;
  readonly constraint: string | undefined;
}

type Bare<Name extends string> = { readonly name: Name };

export type BackendMessage =
  | Bare<"parseComplete">
  | Bare<"bindComplete">
  | Bare<"closeComplete">
  | Bare<"noData">
  | Bare<"portalSuspended">
  | Bare<"replicationStart">
  | Bare<"parameterDescription">
  | Bare<"emptyQuery">
  | Bare<"copyDone">
  | Bare<"copyInResponse">
  | Bare<"copyOutResponse">
  | Bare<"notification">
  | Bare<"authenticationOk">
  | Bare<"authenticationCleartextPassword">
  | (Bare<"authenticationMD5Password"> & { readonly salt: Buffer })
  | (Bare<"authenticationSASL"> & { readonly mechanisms: readonly string[] })
  | (Bare<"authenticationSASLContinue"> & { readonly data: string })
  | (Bare<"authenticationSASLFinal"> & { readonly data: string })
  | (Bare<"copyData"> & { readonly chunk: Buffer })
  | (Bare<"rowDescription"> & { readonly fields: readonly FieldDescription[] })
  | (Bare<"dataRow"> & { readonly fields: readonly (string | null)[] })
  | (Bare<"commandComplete"> & { readonly text: string })
  | (Bare<"parameterStatus"> & { readonly parameterName: string; readonly parameterValue: string })
  | (Bare<"backendKeyData"> & { readonly processID: number; readonly secretKey: number })
  | (Bare<"readyForQuery"> & { readonly status: string })
  | (Bare<"error"> & ErrorFields)
  | (Bare<"notice"> & ErrorFields);

export function asBackendMessage(decoded: DecodedMessage): BackendMessage {
  // The decoder's own type is only {name, length}; the members above are what it makes for each name.
  return decoded as BackendMessage & DecodedMessage;
}
