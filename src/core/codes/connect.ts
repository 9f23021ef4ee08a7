/** The codes of CONNECT, in the order of the alphabet. See ../codes.ts. */

export const connectCodes = {
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
  "CONNECT.POOLED": {
    summary: "A pooler sits between, and what is to be done needs sessions of its own.",
    next: "Set DIRECT_URL to the server itself, or give the server's own URL.",
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
} as const;
