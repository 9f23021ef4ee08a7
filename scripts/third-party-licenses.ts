/**
 * Part of the build: writes dist/THIRD_PARTY_LICENSES.txt, the licence texts of the packages whose code is bundled.
 * A bundled package without a licence text fails the build.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rolldown } from "tsdown";

export function thirdPartyLicenses(): Rolldown.Plugin {
  return {
    name: "third-party-licenses",
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((part) =>
        part.type === "chunk" ? part.moduleIds : [],
      );
      const folders = [...new Set(modules.flatMap(packageFolder))].sort();
      const fileName = "THIRD_PARTY_LICENSES.txt";
      this.emitFile({ type: "asset", fileName, source: folders.map(describe).join("\n") });
    },
  };
}

function packageFolder(module: string): readonly string[] {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll("\\", "/"));
  return found?.[1] === undefined ? [] : [found[1]];
}

function describe(folder: string): string {
  const { name, version, license } = readManifest(join(folder, "package.json"));
  const text = licenceFile(folder) ?? readmeSection(folder);
  if (text === undefined) throw new Error(`${name} is bundled and has no licence text`);
  return `${name} ${version} (${license})\n\n${text.trim()}\n\n${"-".repeat(80)}\n`;
}

function licenceFile(folder: string): string | undefined {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  return file === undefined ? undefined : readFileSync(join(folder, file), "utf8");
}

/** Some packages have the whole text at the end of their README. */
function readmeSection(folder: string): string | undefined {
  const file = readdirSync(folder).find((entry) => /^readme(\.|$)/i.test(entry));
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
  const section = /^#+ *licen[cs]e *$([^]*)/im.exec(text)?.[1];
  return section?.includes("Copyright") === true ? section : undefined;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

function readManifest(path: string): Manifest {
  // npm itself demands the first two of every package; the third is only shown.
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}
