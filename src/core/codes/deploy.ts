/** The codes of DEPLOY, in the order of the alphabet. See ../codes.ts. */

export const deployCodes = {
  "DEPLOY.CONNECTION_LOST": {
    summary:
      "The connection was lost while statements were under way; what became of them was looked up.",
    next: "lockstep deploy",
  },
  "DEPLOY.DATA_FAILED": {
    summary: "A TypeScript or JavaScript migration failed; its transaction was rolled back.",
    next: "Correct the migration, then: lockstep deploy",
  },
  "DEPLOY.DATA_UNSUPPORTED": {
    summary: "A TypeScript or JavaScript migration does not have the form that lockstep runs.",
    next: "Export an async function up(db) from the file.",
  },
  "DEPLOY.EXTERNAL_STEP": {
    summary: "The next step is not lockstep's to run: somebody does it by hand and says so.",
    next: "Do the step, then: lockstep repair --mark-done ID",
  },
  "DEPLOY.INTERRUPTED": {
    summary: "The deploy was interrupted and stopped before its next step.",
    next: "lockstep deploy",
  },
  "DEPLOY.IN_DOUBT": {
    summary:
      "A statement that runs outside a transaction was cut off, and nothing in the catalog tells whether it happened.",
    next: "Look whether it happened, then: lockstep repair --statement-done ID, or --retry ID",
  },
  "DEPLOY.LEFTOVER": {
    summary: "A server process of a deploy that is over is still at work and does not end.",
    next: "See pg_stat_activity; end the process as its role or a superuser, then: lockstep deploy",
  },
  "DEPLOY.LOCK_TIMEOUT": {
    summary: "A statement did not get its lock within lock_timeout, in any of the attempts.",
    next: "Wait for the sessions that the notes name, or end them, then: lockstep deploy",
  },
  "DEPLOY.OTHER_SERVER": {
    summary:
      "After the connection was lost, a server answered that lacks what this deploy had committed: a standby in the primary's place.",
    next: "See that the target is the server that stays the primary, then: lockstep deploy",
  },
  "DEPLOY.POOLED": {
    summary: "A transaction pooler sits between, and a step needs a session of its own.",
    next: "Set DIRECT_URL to the server itself.",
  },
  "DEPLOY.SERVER": {
    summary: "The server refused a statement of lockstep's own.",
    next: "See what the server says, then run the same command again.",
  },
  "DEPLOY.STATEMENT_FAILED": {
    summary: "The server refused a statement of the project.",
    next: "Correct the file, then: lockstep deploy",
  },
} as const;
