/** SHA-256, the only hash that lockstep stores. Hex, lower case. */
import { createHash } from "node:crypto";

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
