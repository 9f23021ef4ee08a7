/**
 * Settings whose value is a list of names: the server keeps it as it is to be written, each name quoted where it must
 * be, so that quoting it again as one string would make one name of it. GUC_LIST_QUOTE in PostgreSQL's own table.
 */
export const listSettings: ReadonlySet<string> = new Set([
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
  "unix_socket_directories",
]);
