/**
 * Every command, once, in the order of the overview. A command's file is loaded when the command is called, so that
 * none pays for another's modules.
 */
import type { Command } from "./command.ts";
import type { CommandGroup } from "./command-groups.ts";

export interface CommandEntry {
  /** As it is typed: one word or two. */
  readonly name: string;
  readonly group: CommandGroup;
  readonly load: () => Promise<Command>;
}

export const commandTable: readonly CommandEntry[] = [
  {
    name: "deploy",
    group: "Deploy",
    load: async () => (await import("./commands/deploy.ts")).deploy,
  },
  {
    name: "plan",
    group: "Deploy",
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "rollback",
    group: "Deploy",
    load: async () => (await import("./commands/rollback.ts")).rollback,
  },
  {
    name: "adopt",
    group: "Deploy",
    load: async () => (await import("./commands/adopt.ts")).adopt,
  },
  {
    name: "create",
    group: "Deploy",
    load: async () => (await import("./commands/create.ts")).createCommand,
  },
  {
    name: "drop",
    group: "Deploy",
    load: async () => (await import("./commands/drop.ts")).dropCommand,
  },
  {
    name: "reset",
    group: "Deploy",
    load: async () => (await import("./commands/reset.ts")).resetCommand,
  },
  {
    name: "seed",
    group: "Deploy",
    load: async () => (await import("./commands/seed.ts")).seedCommand,
  },
  {
    name: "status",
    group: "Look",
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "health",
    group: "Look",
    load: async () => (await import("./commands/health.ts")).healthCommand,
  },
  {
    name: "history",
    group: "Look",
    load: async () => (await import("./commands/history.ts")).history,
  },
  {
    name: "verify",
    group: "Look",
    load: async () => (await import("./commands/verify.ts")).verify,
  },
  {
    name: "repair",
    group: "Look after",
    load: async () => (await import("./commands/repair.ts")).repair,
  },
  {
    name: "kubernetes",
    group: "Write",
    load: async () => (await import("./commands/kubernetes.ts")).kubernetes,
  },
  {
    name: "init",
    group: "Write",
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  {
    name: "new",
    group: "Write",
    load: async () => (await import("./commands/new.ts")).newCommand,
  },
  {
    name: "rebase",
    group: "Write",
    load: async () => (await import("./commands/rebase.ts")).rebaseCommand,
  },
  {
    name: "release",
    group: "Write",
    load: async () => (await import("./commands/release.ts")).releaseCommand,
  },
  {
    name: "squash",
    group: "Write",
    load: async () => (await import("./commands/squash.ts")).squashCommand,
  },
  {
    name: "diff",
    group: "Write",
    load: async () => (await import("./commands/diff.ts")).diffCommand,
  },
  {
    name: "dump",
    group: "Write",
    load: async () => (await import("./commands/dump.ts")).dumpCommand,
  },
  {
    name: "wait",
    group: "Deploy",
    load: async () => (await import("./commands/wait.ts")).wait,
  },
  {
    name: "test",
    group: "Look",
    load: async () => (await import("./commands/test.ts")).test,
  },
  {
    name: "fingerprint",
    group: "Look",
    load: async () => (await import("./commands/fingerprint.ts")).fingerprintCommand,
  },
  {
    name: "backfill status",
    group: "Look after",
    load: async () => (await import("./commands/backfill.ts")).backfillStatus,
  },
  {
    name: "backfill try",
    group: "Look after",
    load: async () => (await import("./commands/backfill.ts")).backfillTry,
  },
  {
    name: "backfill pause",
    group: "Look after",
    load: async () => (await import("./commands/backfill.ts")).backfillPause,
  },
  {
    name: "backfill resume",
    group: "Look after",
    load: async () => (await import("./commands/backfill.ts")).backfillResume,
  },
  {
    name: "backfill rate",
    group: "Look after",
    load: async () => (await import("./commands/backfill.ts")).backfillRate,
  },
  {
    name: "backfill restart",
    group: "Look after",
    load: async () => (await import("./commands/backfill.ts")).backfillRestart,
  },
  {
    name: "unlock",
    group: "Look after",
    load: async () => (await import("./commands/unlock.ts")).unlock,
  },
  {
    name: "backup",
    group: "Look after",
    load: async () => (await import("./commands/backup.ts")).backupCommand,
  },
  {
    name: "backup list",
    group: "Look after",
    load: async () => (await import("./commands/backup-list.ts")).backupListCommand,
  },
  {
    name: "backup prune",
    group: "Look after",
    load: async () => (await import("./commands/backup-list.ts")).backupPruneCommand,
  },
  {
    name: "backup verify",
    group: "Look after",
    load: async () => (await import("./commands/backup.ts")).backupVerifyCommand,
  },
  {
    name: "restore",
    group: "Look after",
    load: async () => (await import("./commands/restore.ts")).restoreCommand,
  },
  {
    name: "data export",
    group: "Look after",
    load: async () => (await import("./commands/data-export.ts")).dataExportCommand,
  },
  {
    name: "data import",
    group: "Look after",
    load: async () => (await import("./commands/data-import.ts")).dataImportCommand,
  },
  {
    name: "rebuild",
    group: "Deploy",
    load: async () => (await import("./commands/rebuild.ts")).rebuildCommand,
  },
  {
    name: "dev start",
    group: "Develop",
    load: async () => (await import("./commands/dev.ts")).devStart,
  },
  {
    name: "dev watch",
    group: "Develop",
    load: async () => (await import("./commands/dev-watch.ts")).devWatch,
  },
  {
    name: "dev stop",
    group: "Develop",
    load: async () => (await import("./commands/dev.ts")).devStop,
  },
  {
    name: "dev status",
    group: "Develop",
    load: async () => (await import("./commands/dev.ts")).devStatus,
  },
  {
    name: "dev url",
    group: "Develop",
    load: async () => (await import("./commands/dev.ts")).devUrl,
  },
];
