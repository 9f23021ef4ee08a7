/**
 * Migrations whose files are as they were applied, and which with the values of today are another text. Only whoever
 * looks is told: a deploy runs nothing twice, whatever its values are by now.
 */
import type { Finding } from "../../core/findings.ts";
import { baselineId } from "../../ledger/ledger.ts";
import { optionalTextOf, textOf } from "../../ledger/row.ts";
import type { Project } from "../../project/project.ts";
import type { Session } from "../../ports/database.ts";
import { contentsOf } from "./contents.ts";

export async function otherValues(session: Session, project: Project): Promise<readonly Finding[]> {
  if (Object.keys(project.config.variables).length === 0) return [];
  const paths = new Map(project.migrations.map(({ id, path }) => [id, path]));
  const valued = await otherTexts(session, project);
  return valued.flatMap(({ id, isGiven }): readonly Finding[] => {
    if (!isGiven) return [];
    const file = id === baselineId ? project.baseline?.files[0]?.path : paths.get(id);
    return [
      {
        code: "VERIFY.OTHER_VALUES",
        severity: "warning",
        message: "applied with other values of its variables than are given now",
        object: id,
        ...(file === undefined ? {} : { where: { file } }),
      },
    ];
  });
}

export interface OtherText {
  readonly id: string;
  /** False: it has no values now. */
  readonly isGiven: boolean;
}

/** Files that are as they were applied, and with the values of today another text. */
export async function otherTexts(
  session: Session,
  project: Project,
): Promise<readonly OtherText[]> {
  const contentOf = contentsOf(project);
  const rows = await session.query(
    `select m.id, m.content, e.detail ->> 'withValuesHash' as hash
    from lockstep.migrations m join lockstep.events e
      on e.scope = m.scope and e.migration_id = m.id and e.deployment_id = m.deployment_id
        and e.event = 'applied'
    where m.scope = $1 and e.detail ->> 'withValuesHash' is not null
    order by m.position`,
    [project.config.scope],
  );
  return rows.flatMap((row): readonly OtherText[] => {
    const id = textOf(row, "id");
    const { content, detail } = contentOf(id);
    const now = detail?.["withValuesHash"];
    const isAsApplied = content === optionalTextOf(row, "content");
    if (!isAsApplied || now === textOf(row, "hash")) return [];
    return [{ id, isGiven: now !== undefined }];
  });
}
