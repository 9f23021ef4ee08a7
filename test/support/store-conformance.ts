/** What every place for backups has to do. Give it a way to name a place where nothing is yet. */
import { expect, test } from "vitest";
import type { BackupStore } from "../../src/ports/backup-store.ts";

export function storeConformance(name: string, place: () => Promise<() => BackupStore>): void {
  const bytes = new Uint8Array([0, 1, 255, 10]);

  test(`${name} gives back what was written, once it is finished`, async () => {
    const open = await place();
    const writer = await open().create();
    await Promise.all([
      writer.write("manifest", bytes),
      writer.write("00000001.rows", new Uint8Array()),
    ]);
    await writer.finish();
    const reader = await open().open();
    expect([...(await reader.read("manifest"))]).toEqual([...bytes]);
    expect((await reader.read("00000001.rows")).length).toBe(0);
    const listed = [...(await reader.list())].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(listed).toEqual([
      { name: "00000001.rows", bytes: 0 },
      { name: "manifest", bytes: 4 },
    ]);
  });

  test(`${name} shows nothing before it is finished, and nothing after it was abandoned`, async () => {
    const open = await place();
    await expect(open().open()).rejects.toMatchObject({ code: "BACKUP.ABSENT" });
    const writer = await open().create();
    await writer.write("manifest", bytes);
    await expect(open().open()).rejects.toMatchObject({ code: "BACKUP.ABSENT" });
    await writer.abandon();
    await expect(open().open()).rejects.toMatchObject({ code: "BACKUP.ABSENT" });
  });

  test(`${name} is never written over, not even by who began at the same time`, async () => {
    const open = await place();
    const [first, second] = [await open().create(), await open().create()];
    await first.write("manifest", bytes);
    await second.write("manifest", new Uint8Array([9]));
    await first.finish();
    await expect(second.finish()).rejects.toMatchObject({ code: "BACKUP.EXISTS" });
    await second.abandon();
    await expect(open().create()).rejects.toMatchObject({ code: "BACKUP.EXISTS" });
    expect([...(await (await open().open()).read("manifest"))]).toEqual([...bytes]);
  });

  test(`${name} names a file that is not there`, async () => {
    const open = await place();
    const writer = await open().create();
    await writer.write("manifest", bytes);
    await writer.finish();
    const reader = await open().open();
    await expect(reader.read("nothing.rows")).rejects.toMatchObject({ code: "BACKUP.DAMAGED" });
  });
}
