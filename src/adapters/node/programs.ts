/** Runs hooks in the project's folder. What a hook says is shown in a few lines, with every secret that we know left out. */
import { withoutPasswords } from "../../core/secret.ts";
import type { Programs } from "../../ports/programs.ts";
import { secretVariables, type Environment } from "./environment.ts";
import { runProcess } from "./processes.ts";

export function nodePrograms(folder: string, environment: Environment): Programs {
  return {
    run: async ([command = "", ...args], options) => {
      const known = { ...environment, ...options.environment };
      const begin = performance.now();
      const { exitCode, stdout, stderr, spawnError } = await runProcess(command, args, {
        cwd: folder,
        env: known,
        timeoutMs: options.timeoutMs,
      });
      if (
        spawnError !== undefined &&
        exitCode === null &&
        performance.now() - begin < options.timeoutMs
      ) {
        return {
          output: "",
          outcome: "absent",
          said: `${command} can't be run: ${spawnError.code ?? "unknown"}`,
        };
      }
      if (exitCode === 0) return { output: stdout, outcome: "done", said: "" };
      const lines = lastLines(withoutSecrets(`${stdout}\n${stderr}`, known));
      if (exitCode === null) {
        return {
          output: stdout,
          outcome: "timeout",
          said: [`${command} was ended after ${options.timeoutMs} ms`, ...lines].join("\n"),
        };
      }
      return {
        output: stdout,
        outcome: "failed",
        said: [`${command} ended with ${exitCode}`, ...lines].join("\n"),
      };
    },
  };
}

function lastLines(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-5);
}

/** Values of variables that are secrets by name, and passwords in URLs whoever says them. */
export function withoutSecrets(text: string, environment: Environment): string {
  const isSecret = (name: string): boolean =>
    secretVariables.includes(name) || /PASSWORD|PASSPHRASE|SECRET|TOKEN|KEY$/i.test(name);
  let clean = withoutPasswords(text);
  for (const [name, value = ""] of Object.entries(environment)) {
    if (value.length >= 4 && isSecret(name)) clean = clean.replaceAll(value, "***");
  }
  return clean;
}
