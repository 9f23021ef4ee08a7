/** `lockstep test`: the proof that every way to the schema ends in the same one. */
import { LockstepError } from "../../core/errors.ts";
import { prove } from "../../deploy/prove.ts";
import { othersAt } from "../../others.ts";
import { provePortsOf } from "../../prove-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { proofTalk, proofText } from "../render/proof.ts";

export const test: Command = {
  name: "test",
  summary: "Prove that every way to the schema ends in the same one",
  description:
    "Loads the project into scratch databases in every way that a database may have come: fresh (the baseline and the " +
    "migrations after it), upgraded (every migration from the first, and from every earlier baseline that the project " +
    "keeps), declared, and with --live the target as it is; and compares their catalogs. A target that lacks " +
    "migrations is compared with what it has applied.\n\n" +
    "Also proved: a file that is written to run twice (IF NOT EXISTS, OR REPLACE) changes nothing the second time; a " +
    "down file leads back to where its migration began, with rows in the tables, and up again to the same end; seeds " +
    "load; and with --base, that branch's migrations and yours end in the same schema in either order.\n\n" +
    "Ends with 4 when something does not hold, or could not be tried: the first difference is explained object by " +
    "object. Nothing but scratch databases is written to; --write puts the fingerprint after each migration into " +
    "lockstep.lock when everything holds, so that a deploy can check where it ended.\n\n" +
    "With --with it proves nothing and tries one thing: the pending migrations on a copy of a backup's or a " +
    "database's data, each timed; --mask FILE replaces values on their way into the copy. The copy is a throwaway database and gone afterwards.",
  positionals: [],
  flags: [
    "base",
    "level",
    "live",
    "major",
    "roles",
    "set",
    "withSource",
    "mask",
    "write",
    ...targetFlags,
  ],
  examples: [
    { line: "lockstep test", doc: "Of the project alone: for every commit." },
    { line: "lockstep test --live --target production", doc: "And what production really has." },
    {
      line: "lockstep test --major 15 --level strict",
      doc: "On PostgreSQL 15, columns in one order.",
    },
  ],
  run: async (context) => {
    const source = context.flags.withSource;
    if (source === undefined && context.flags.mask !== undefined) {
      throw new LockstepError("USAGE.INVALID", "--mask goes with --with", {
        next: "lockstep test --with PLACE|URL --mask FILE",
      });
    }
    if (source !== undefined) {
      const { rehearsal } = await import("./rehearse.ts");
      return await rehearsal(context, source);
    }
    const parts = partsOf(context);
    const { flags, signal, progress, style, workingFolder } = context;
    const ports = await provePortsOf({ parts, workingFolder, progress });
    const report = await prove(ports, {
      project: await parts.wholeProject(),
      major: flags.major,
      level: flags.level,
      live: flags.live === true || flags.target !== undefined || flags.url !== undefined,
      today: new Date().toISOString().slice(0, 10),
      write: flags.write === true,
      ...(flags.base === undefined ? {} : { others: await othersAt(parts, flags.base) }),
      signal,
    });
    return {
      json: report,
      text: proofText(report, style),
      talk: proofTalk(report, style),
      exitCode: report.verdict === "proved" ? 0 : 4,
    };
  },
};
