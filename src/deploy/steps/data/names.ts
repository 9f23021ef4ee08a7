/** Names of lockstep's own that stand in databases while rows are moved. */

/** Holds how far an import has got, until it has ended. */
export const importSchema = "lockstep_import";
