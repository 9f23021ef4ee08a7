/** `lockstep test --with`: the pending migrations on a copy of real data, timed. */
import { randomBytes } from "node:crypto";
import { backupKeyOf } from "../../backup-ports.ts";
import { formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";
import { secret } from "../../core/secret.ts";
import { toolVersion } from "../../core/version.ts";
import { maskKeyOf, readDocument } from "../../data-ports.ts";
import { readMaskRules } from "../../data/mask/rules.ts";
import type { MaskRequest } from "../../deploy/steps/mask/masks.ts";
import { rehearse } from "../../deploy/rehearse.ts";
import { rehearsePortsOf } from "../../restore-ports.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { renderFindings, renderTable } from "../render/human.ts";
import { counted } from "../render/counted.ts";

export async function rehearsal(context: CommandContext, source: string): Promise<CommandResult> {
  const { flags, signal, progress, style, workingFolder, atEnd } = context;
  if (flags.live === true || flags.write === true || flags.base !== undefined) {
    throw new LockstepError("USAGE.INVALID", "--with proves nothing: it only tries and times", {
      next: "Leave out --live, --write and --base, or --with.",
    });
  }
  const parts = partsOf(context);
  const isDatabase = /^postgres(?:ql)?:\/\//i.test(source);
  const place = isDatabase ? undefined : source;
  const ports = await rehearsePortsOf({ parts, workingFolder, progress, place, atEnd });
  const report = await rehearse(ports, {
    project: await parts.project(),
    from: isDatabase ? await parts.databaseAt(source) : undefined,
    key: isDatabase ? { kind: "none" } : await backupKeyOf(parts),
    mask: flags.mask === undefined ? undefined : await maskOf(context, flags.mask),
    ...{ jobs: 2, toolVersion, signal },
  });
  const { applied, notes, rows, tables, copyMs, takenAt, masked } = report;
  const hidden = masked.length === 0 ? "" : `masked on the way: ${masked.join(", ")}\n`;
  const lines = applied.map(({ id, statements, durationMs }) => [
    id,
    String(statements),
    formatDuration(durationMs),
  ]);
  const text =
    lines.length === 0 ? "" : renderTable(["migration", "statements", "took"], lines, style);
  const copy = `on a copy of ${counted(tables, "table")}, ${counted(rows, "row")} of ${takenAt}, made in ${formatDuration(copyMs)}\n`;
  const outcome = lines.length === 0 ? "nothing is pending there\n" : "";
  return { json: report, text, talk: `${renderFindings(notes, style)}${hidden}${outcome}${copy}` };
}

async function maskOf(context: CommandContext, path: string): Promise<MaskRequest> {
  const { workingFolder } = context;
  const rules = readMaskRules(
    await readDocument({ workingFolder, path, invalid: "DATA.MASK_INVALID" }),
    path,
  );
  // Without a key of the user's: one that is forgotten afterwards.
  const key = (await maskKeyOf(partsOf(context))) ?? secret(randomBytes(32).toString("hex"));
  return { rules, key };
}
