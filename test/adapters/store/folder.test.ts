import { join } from "node:path";
import { folderStore } from "../../../src/adapters/store/folder.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { storeConformance } from "../../support/store-conformance.ts";

storeConformance("a folder", async () => {
  const path = join(await temporaryFolder("store"), "deep", "backup");
  return () => folderStore(path);
});
