/** The row of a deployment: opened before the first change, closed with its outcome, never deleted. */
import type { JsonObject } from "../../../core/errors.ts";
import type { DeploymentKind } from "../../../ledger/ledger.ts";
import type { Session } from "../../../ports/database.ts";
import type { RecordContext } from "./record.ts";

export interface DeploymentOpening {
  readonly kind: DeploymentKind;
  readonly settings: Readonly<Record<string, string>>;
  readonly planHash: string | undefined;
}

export async function openDeployment(
  session: Session,
  context: RecordContext,
  opening: DeploymentOpening,
): Promise<void> {
  const { osUser, host, gitSha, toolVersion } = context.identity;
  await session.query(
    `insert into lockstep.deployments
      (id, scope, kind, outcome, os_user, host, git_sha, tool_version, settings, plan_hash)
    values ($1, $2, $3, 'running', $4, $5, $6, $7, $8, $9)`,
    [
      context.deploymentId,
      context.scope,
      opening.kind,
      osUser ?? null,
      host ?? null,
      gitSha ?? null,
      toolVersion,
      JSON.stringify(opening.settings),
      opening.planHash ?? null,
    ],
  );
}

export async function closeDeployment(
  session: Session,
  context: RecordContext,
  failure: JsonObject | undefined,
): Promise<void> {
  const told = failure === undefined ? null : JSON.stringify(failure);
  await session.query(
    `update lockstep.deployments set finished_at = pg_catalog.clock_timestamp(), outcome = $2,
      failure = $3::jsonb || pg_catalog.jsonb_build_object('nothingChanged', not (
        exists (select from lockstep.events where deployment_id = $1::uuid)
        or exists (select from lockstep.statements where deployment_id = $1::uuid)))
    where id = $1::uuid`,
    [context.deploymentId, failure === undefined ? "done" : "failed", told],
  );
}
