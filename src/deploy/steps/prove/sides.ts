/** The sides of a proof that are not replayed: the declared schema, and a database that lives. */
import type { LiveRead } from "../live/read.ts";
import type { Stage } from "../replay/open.ts";
import { openSource } from "../source/read.ts";
import { failedPart } from "./failure.ts";
import { replayApplied } from "./applied.ts";
import type { Way } from "./side.ts";

export async function declaredWay({ project, ports, major }: Stage): Promise<readonly Way[]> {
  const { declared } = project;
  if (declared === undefined) return [];
  const name = "declared";
  const description =
    declared.kind === "command"
      ? declared.command
      : declared.files.map(({ path }) => path).join(", ");
  try {
    const source = await openSource({ kind: "declared" }, ports, { major });
    await source.close();
    return [{ kind: "reached", name, description, catalog: source.catalog }];
  } catch (error) {
    return [{ kind: "failed", part: failedPart("way", name, error) }];
  }
}

/** Compared with where the migrations that it has applied lead, when it lacks some. */
export async function liveWay(stage: Stage, live: LiveRead): Promise<Way> {
  const { label, catalog, applied } = live;
  const side = { kind: "reached", name: "live", catalog } as const;
  const { migrations } = stage.project;
  if (applied === undefined) return { ...side, description: `${label}, without a ledger` };
  const pending = migrations.filter(({ id }) => !applied.has(id));
  if (pending.length === 0) return { ...side, description: label };
  const description = `${label}, ${pending.length} of ${migrations.length} migrations pending`;
  try {
    const expected = await replayApplied(stage, applied);
    if (expected === undefined) return { ...side, description };
    return { ...side, description, against: { name: "what it has applied", catalog: expected } };
  } catch (error) {
    return { kind: "failed", part: failedPart("way", "live", error) };
  }
}
