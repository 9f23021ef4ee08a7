/**
 * Startup and authentication: from an open stream to a wire that is ready for queries. The password is asked for
 * only when the server wants one, and is in no error.
 */
import { serialize } from "pg-protocol";
import { LockstepError } from "../../core/errors.ts";
import type { BackendMessage } from "./messages.ts";
import { toServerError } from "./server-error.ts";
import type { ConnectionTarget } from "./target.ts";
import type { Transport } from "./transport.ts";
import { openWire, type Wire } from "./wire.ts";
import type { Scram } from "./scram.ts";

export interface BackendKey {
  readonly processId: number;
  readonly secretKey: number;
}

export interface Greeting {
  readonly wire: Wire;
  readonly key: BackendKey;
}

export async function authenticate(
  transport: Transport,
  target: ConnectionTarget,
  parameters: Readonly<Record<string, string>>,
): Promise<Greeting> {
  const wire = openWire(transport.stream);
  const dialogue = { wire, transport, target, scram: undefined };
  return new Promise((resolve, reject) => {
    let key: BackendKey = { processId: 0, secretKey: 0 };
    let steps = Promise.resolve();
    const fail = (error: unknown): void => {
      reject(error);
      wire.stream.destroy();
    };
    wire.request({
      bytes: [serialize.startup({ ...parameters })],
      exclusive: true,
      onMessage: (message) => {
        if (message.name === "error") fail(toServerError(message, 0));
        else if (message.name === "backendKeyData") {
          key = { processId: message.processID, secretKey: message.secretKey };
        } else {
          // Answers are made one after the other, since one may have to wait for a file with the password.
          steps = steps.then(() => answer(dialogue, message)).catch(fail);
        }
      },
      onReady: () => void steps.then(() => resolve({ wire, key })),
      onLost: (lost) => reject(lost.lastWords ?? lost),
    });
  });
}

interface Dialogue {
  readonly wire: Wire;
  readonly transport: Transport;
  readonly target: ConnectionTarget;
  scram: Scram | undefined;
}

async function answer(dialogue: Dialogue, message: BackendMessage): Promise<void> {
  const { wire, target, transport } = dialogue;
  switch (message.name) {
    case "authenticationOk":
      refuseSkippedBinding(dialogue);
      return;
    case "authenticationCleartextPassword":
      wire.send(serialize.password(await password(target)));
      return;
    case "authenticationMD5Password":
      wire.send(serialize.password(await md5Answer(target, message.salt)));
      return;
    case "authenticationSASL": {
      const { openScram } = await import("./scram.ts");
      const scram = await openScram({
        mechanisms: message.mechanisms,
        password: await password(target),
        certificate: transport.certificate,
        channelBinding: target.tls.channelBinding,
        owner: target,
      });
      dialogue.scram = scram;
      wire.send(serialize.sendSASLInitialResponseMessage(scram.mechanism, scram.first));
      return;
    }
    case "authenticationSASLContinue":
      wire.send(serialize.sendSCRAMClientFinalMessage(openScramOf(dialogue).answer(message.data)));
      return;
    case "authenticationSASLFinal":
      openScramOf(dialogue).check(message.data);
      return;
    default:
  }
}

function openScramOf(dialogue: Dialogue): Scram {
  if (dialogue.scram !== undefined) return dialogue.scram;
  throw new LockstepError("CONNECT.NOT_POSTGRES", "the server went on with SCRAM before it began");
}

/** channel_binding=require is broken by a server that lets us in without it. */
function refuseSkippedBinding(dialogue: Dialogue): void {
  if (dialogue.target.tls.channelBinding !== "require" || dialogue.scram !== undefined) return;
  throw new LockstepError(
    "CONNECT.AUTH",
    "channel_binding=require, and the server asked for no SCRAM authentication",
  );
}

async function password(target: ConnectionTarget): Promise<string> {
  const found = await target.password();
  if (found !== undefined) return found.reveal();
  throw new LockstepError(
    "CONNECT.PASSWORD_MISSING",
    `the server asks for a password for ${target.user}, and none was given`,
  );
}

async function md5Answer(target: ConnectionTarget, salt: Buffer): Promise<string> {
  const { createHash } = await import("node:crypto");
  const inner = createHash("md5")
    .update(`${await password(target)}${target.user}`)
    .digest("hex");
  const outer = createHash("md5").update(inner).update(salt).digest("hex");
  return `md5${outer}`;
}
