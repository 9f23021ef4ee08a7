/**
 * The deploy lock's key: 64 bits of the hash of tool and scope. Advisory locks are per database, so the database
 * is part of it without being in it. FORMATS.md promises this value: other versions must take the same lock.
 */
import { sha256 } from "../../../core/hash.ts";

export function lockKey(scope: string): bigint {
  const hash = sha256(`lockstep deploy lock\0${scope}`);
  return BigInt.asIntN(64, BigInt(`0x${hash.slice(0, 16)}`));
}
