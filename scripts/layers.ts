/**
 * The one table of layers: who may import whom, which packages and which of Node's own modules. The rules of
 * dependency-cruiser and the architecture tests are made from it; ARCHITECTURE.md shows the same rows.
 */

export interface Layer {
  readonly name: string;
  /** Folders under src/, without the trailing slash; `*.ts` for the files beside them. */
  readonly places: readonly string[];
  /** Names of layers; a layer may always import itself. */
  readonly mayImport: readonly string[];
  /** Packages of npm, by name. */
  readonly packages: readonly string[];
  /** Node's own modules, or "all". */
  readonly node: readonly string[] | "all";
}

const deciding = ["core", "sql", "catalog", "project", "ledger", "lint", "plan", "backup", "data"];

export const layers: readonly Layer[] = [
  { name: "core", places: ["core"], mayImport: [], packages: [], node: ["crypto"] },
  pure("sql", ["core"], ["libpg-query"]),
  pure("catalog", ["core", "sql"]),
  pure("project", ["core", "sql"]),
  pure("ledger", ["core", "sql"]),
  pure("lint", ["core", "sql", "catalog"]),
  pure("plan", ["core", "sql", "catalog", "project", "ledger", "lint"]),
  pure("backup", ["core", "sql", "catalog", "project", "plan"]),
  pure("data", ["core", "sql"]),
  { name: "ports", places: ["ports"], mayImport: ["core"], packages: [], node: [] },
  {
    name: "deploy",
    places: ["deploy"],
    mayImport: [...deciding, "ports"],
    packages: [],
    node: ["crypto"],
  },
  {
    name: "adapters",
    places: ["adapters"],
    mayImport: ["core", "sql", "catalog", "project", "ledger", "ports"],
    packages: ["jiti", "pg", "pg-protocol", "libpg-query", "@aws-sdk/client-s3"],
    node: "all",
  },
  {
    name: "api",
    // What puts adapters behind the ports of the use cases, and the library itself.
    places: ["*.ts"],
    mayImport: [...deciding, "ports", "deploy", "adapters"],
    packages: [],
    node: ["fs", "fs/promises", "os", "path"],
  },
  {
    name: "testing",
    places: ["testing"],
    mayImport: [...deciding, "ports", "deploy", "adapters", "api"],
    packages: [],
    node: "all",
  },
  {
    name: "cli",
    places: ["cli"],
    mayImport: [...deciding, "ports", "deploy", "adapters", "api"],
    packages: [],
    node: "all",
  },
];

/** A layer of deciding code: values in, values out. */
function pure(name: string, mayImport: readonly string[], packages: readonly string[] = []): Layer {
  return { name, places: [name], mayImport, packages, node: ["crypto"] };
}

/** The layer of a file under src/, given relative to it. */
export function layerOf(path: string): Layer | undefined {
  return layers.find((layer) =>
    layer.places.some((place) =>
      place === "*.ts" ? !path.includes("/") : path.startsWith(`${place}/`),
    ),
  );
}
