/**
 * Values as YAML, in the part of it that every version and every reader takes alike: block style, and text in double
 * quotes, as in JSON, unless it can be nothing but text. No anchors, no tags, no long lines folded.
 */
import type { ManifestNode } from "../../deploy/kubernetes.ts";

export function toYaml(node: ManifestNode, indent = ""): string {
  if (isList(node)) {
    if (node.every(isScalar)) return ` [${node.map(scalar).join(", ")}]`;
    return node.map((item) => `\n${indent}- ${toYaml(item, `${indent}  `).trimStart()}`).join("");
  }
  if (isScalar(node)) return ` ${scalar(node)}`;
  return Object.entries(node)
    .map(([key, value]) => `\n${indent}${scalar(key)}:${toYaml(value, `${indent}  `)}`)
    .join("");
}

type Scalar = string | number | boolean;

function isScalar(node: ManifestNode): node is Scalar {
  return typeof node !== "object";
}

function isList(node: ManifestNode): node is readonly ManifestNode[] {
  return Array.isArray(node);
}

/** `no`, `null` and `1e3` are other things than text; JSON's strings are YAML's. */
function scalar(value: Scalar): string {
  if (typeof value !== "string") return String(value);
  const isPlain = /^[A-Za-z][A-Za-z0-9._/-]*$/.test(value) && !words.has(value.toLowerCase());
  return isPlain ? value : JSON.stringify(value);
}

const words: ReadonlySet<string> = new Set("true false yes no on off y n null nan inf".split(" "));
