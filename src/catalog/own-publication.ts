/**
 * A rebuild with --replicate makes a publication in the old database and takes it away again; a killed one leaves it to
 * the next. It is a tool's and not the schema's, so no catalog tells of it. This comment says whose it is.
 */
export const ownPublicationMark = "lockstep rebuild: may be dropped when none is at work";
