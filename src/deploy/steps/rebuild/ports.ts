/** What a rebuild needs of the world: what a deploy needs, since it deploys; and to read a catalog. */
import type { Catalog } from "../../../catalog/fact.ts";
import type { CatalogFilter } from "../../../catalog/filter.ts";
import type { Session } from "../../../ports/database.ts";
import type { DeployPorts } from "../../ports.ts";

export interface RebuildPorts extends DeployPorts {
  readonly readCatalog: (session: Session, filter: Partial<CatalogFilter>) => Promise<Catalog>;
}
