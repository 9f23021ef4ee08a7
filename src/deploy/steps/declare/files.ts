/** A declared schema as files: what a command prints is run for once, and is a file like the others from then on. */
import { sha256 } from "../../../core/hash.ts";
import { LockstepError } from "../../../core/errors.ts";
import { declaredOf } from "../../../project/declared.ts";
import { readSchemaHeader } from "../../../project/header.ts";
import type { Project } from "../../../project/project.ts";
import type { SchemaFile } from "../../../project/schema.ts";
import type { DeployPorts } from "../../ports.ts";
import type { ReplayPorts } from "../replay/ports.ts";

/** The project with its declared schema read; as it is where migrations lead it. */
export async function withDeclaredFiles(
  ports: Pick<DeployPorts, "replay">,
  project: Project,
): Promise<Project> {
  const declared = declaredOf(project);
  if (declared === undefined) return project;
  if (declared.kind === "files") return { ...project, declared };
  const { runCommand } = await replayPortsOf(ports);
  const text = await runCommand(declared);
  const bytesHash = sha256(text);
  const path = declared.command;
  const file: SchemaFile = {
    path,
    text,
    line: 1,
    bytesHash,
    included: [],
    header: readSchemaHeader(text),
  };
  return { ...project, declared: { kind: "files", files: [file] } };
}

export function filesOf(project: Project): readonly SchemaFile[] {
  return project.declared?.kind === "files" ? project.declared.files : [];
}

export async function replayPortsOf({ replay }: Pick<DeployPorts, "replay">): Promise<ReplayPorts> {
  if (replay !== undefined) return await replay();
  throw new LockstepError(
    "PLAN.DECLARATIVE",
    "a declared schema is deployed by comparing catalogs, and these ports can't read any",
  );
}
