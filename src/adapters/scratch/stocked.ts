/**
 * Scratch databases for a command that needs one again and again, such as `lockstep dev watch`: what is dropped goes in the
 * background, and the next one of its kind is made before it is asked for. It hands out nothing that was used.
 */
import type { Scratch, ScratchDatabase, ScratchRequest } from "../../ports/scratch.ts";

interface Ready {
  readonly key: string;
  readonly database: Promise<ScratchDatabase | undefined>;
}

export function stocked(scratch: Scratch): Scratch {
  let ready: Ready | undefined;
  let isClosed = false;
  const background = new Set<Promise<unknown>>();
  const behind = (work: Promise<unknown>): void => {
    const settled = work.catch(() => undefined).finally(() => background.delete(settled));
    background.add(settled);
  };
  const stock = (key: string, request: ScratchRequest): void => {
    if (isClosed || ready !== undefined) return;
    // A failure is told to the one who asks, not to nobody.
    ready = { key, database: scratch.create(request).catch(() => undefined) };
    behind(ready.database);
  };
  const take = async (key: string): Promise<ScratchDatabase | undefined> => {
    const found = ready;
    ready = undefined;
    const database = await found?.database;
    if (database === undefined || found?.key === key) return database;
    behind(database.drop());
    return undefined;
  };
  return {
    ...scratch,
    create: async (request: ScratchRequest = {}) => {
      const key = JSON.stringify([request.major, request.isolation]);
      const database = (await take(key)) ?? (await scratch.create(request));
      let isDropped = false;
      return {
        ...database,
        drop: async () => {
          if (isDropped) return;
          isDropped = true;
          behind(database.drop());
          stock(key, request);
        },
      };
    },
    close: async () => {
      isClosed = true;
      await Promise.all(background);
      await scratch.close();
    },
  };
}
