/** This lockstep's own version: on the command line, in the ledger, in plans. A test holds it to package.json. */

export const toolVersion: string = "0.1.0";
