/**
 * The end of this turn of the event loop: what was written leaves now, and what has come in is read. Waited for before a
 * long computation, so that the server works meanwhile.
 */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
