import { expect, test } from "vitest";
import { brokenLayers } from "../../scripts/layer-rules.ts";
import { layerOf, layers } from "../../scripts/layers.ts";
import { readText, sourcesIn } from "../support/sources.ts";

test("imports go downwards only, in no circle, and use what their layer may use", async () => {
  expect((await brokenLayers()).join("\n")).toBe("");
});

test("every file of src belongs to a layer", () => {
  const homeless = sourcesIn("src").filter(({ path }) => layerOf(path.slice(4)) === undefined);
  expect(homeless.map(({ path }) => path)).toEqual([]);
});

test("ARCHITECTURE.md shows every layer that there is and no other", () => {
  const rows = readText("ARCHITECTURE.md").matchAll(/^\| `src\/([a-z]+)` \|/gm);
  const shown = [...rows].map(([, name]) => name);
  const paths = sourcesIn("src").map(({ path }) => path);
  const present = layers
    .map(({ name }) => name)
    .filter((name) => paths.some((path) => path.startsWith(`src/${name}/`)));
  expect(shown.toSorted()).toEqual(present.toSorted());
});
