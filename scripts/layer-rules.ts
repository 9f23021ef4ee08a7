/** The rules of dependency-cruiser, made from the table of layers, and the run of it over src/. */
import { cruise, type IForbiddenRuleType, type IViolation } from "dependency-cruiser";
import { type Layer, layers } from "./layers.ts";

/** What breaks the layers, one line each; empty when all is well. */
export async function brokenLayers(): Promise<readonly string[]> {
  const { output } = await cruise(["src"], {
    validate: true,
    ruleSet: { forbidden: forbidden() },
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
  });
  if (typeof output === "string") return [output];
  return output.summary.violations.map(describe);
}

function forbidden(): IForbiddenRuleType[] {
  const everywhere: IForbiddenRuleType[] = [
    {
      name: "no-cycles",
      severity: "error",
      comment: "No file needs itself to be loaded.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-place",
      severity: "error",
      comment: "Every file of src/ belongs to a layer of scripts/layers.ts.",
      from: { path: "^src/", pathNot: layers.map(pathOf) },
      to: {},
    },
  ];
  return [...everywhere, ...layers.flatMap(rulesOf)];
}

function rulesOf(layer: Layer): IForbiddenRuleType[] {
  const allowed = layers.filter(
    ({ name }) => name === layer.name || layer.mayImport.includes(name),
  );
  const from = { path: pathOf(layer) };
  const rules: IForbiddenRuleType[] = [
    {
      name: `${layer.name}-imports`,
      severity: "error",
      comment: `${layer.name} may import ${["itself", ...layer.mayImport].join(", ")}.`,
      from,
      to: { path: "^src/", pathNot: allowed.map(pathOf) },
    },
    {
      name: `${layer.name}-packages`,
      severity: "error",
      comment: `${layer.name} may use the packages: ${layer.packages.join(", ") || "none"}.`,
      from,
      to: {
        path: "node_modules/",
        pathNot: layer.packages.map((name) => `node_modules/(@types/)?${name}/`),
      },
    },
  ];
  if (layer.node === "all") return rules;
  return [
    ...rules,
    {
      name: `${layer.name}-node`,
      severity: "error",
      comment: `${layer.name} may use of Node: ${layer.node.join(", ") || "nothing"}.`,
      from,
      to: { dependencyTypes: ["core"], pathNot: layer.node.map((name) => `^(node:)?${name}$`) },
    },
  ];
}

function pathOf(layer: Layer): string {
  const places = layer.places.map((place) => (place === "*.ts" ? "[^/]+\\.ts$" : `${place}/`));
  return `^src/(${places.join("|")})`;
}

function describe({ from, to, rule, cycle }: IViolation): string {
  const way = cycle === undefined ? to : cycle.map((step) => step.name).join(" -> ");
  return `${rule.name}: ${from} -> ${way}`;
}
