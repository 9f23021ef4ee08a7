import { execFileSync } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeFiles } from "../../../src/adapters/node/files.ts";
import { openProject } from "../../support/project.ts";
import { folderWith, temporaryFolder } from "../../support/folders.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("a file is written under a temporary name first, and nothing of that stays", async () => {
  const files = nodeFiles(await temporaryFolder());
  await files.write("a/b/c.sql", "one");
  await files.write("a/b/c.sql", "two");
  expect(text(await files.read("a/b/c.sql"))).toBe("two");
  expect(await readdir(join(files.root, "a/b"))).toEqual(["c.sql"]);
});

test("absent, present, renamed, removed", async () => {
  const files = nodeFiles(await folderWith({ "a.sql": "x" }));
  expect(await files.exists("b.sql")).toBe(false);
  expect(await files.readIfPresent("b.sql")).toBeUndefined();
  await expect(files.read("b.sql")).rejects.toMatchObject({ code: "PROJECT.FILE_ABSENT" });
  await expect(files.read("")).rejects.toMatchObject({
    code: "PROJECT.UNREADABLE",
    next: "Name a file in it instead.",
  });
  await files.rename("a.sql", "new/b.sql");
  expect(await files.list("new")).toEqual([{ name: "b.sql", kind: "file" }]);
  await files.remove("new/b.sql");
  expect(await files.exists("new/b.sql")).toBe(false);
});

test("contents are text where that says the same as the bytes, else bytes", async () => {
  const files = nodeFiles(
    await folderWith({
      "a/plain.sql": "select 'é';\n",
      "a/mark.sql": "\uFEFFselect 1",
      "b.sql": "",
    }),
  );
  const latin = Buffer.from("select 'é'", "latin1");
  const replaced = Buffer.from("select '\uFFFD'");
  await writeFile(join(files.root, "a/latin.sql"), latin);
  await writeFile(join(files.root, "a/replaced.sql"), replaced);
  const paths = ["a/plain.sql", "a/mark.sql", "b.sql", "a/latin.sql", "a/replaced.sql", "b.sql"];
  const contents = await files.readContents(paths);
  expect([...contents.keys()]).toEqual(paths.slice(0, 5));
  expect(contents.get("a/plain.sql")).toBe("select 'é';\n");
  expect(contents.get("a/mark.sql")).toBe("\uFEFFselect 1");
  expect(contents.get("b.sql")).toBe("");
  expect(Buffer.from(contents.get("a/latin.sql") ?? "")).toEqual(latin);
  expect(Buffer.from(contents.get("a/replaced.sql") ?? "")).toEqual(replaced);
  await expect(files.readContents(["a/plain.sql", "a/no.sql"])).rejects.toMatchObject({
    code: "PROJECT.FILE_ABSENT",
  });
});

describe("nothing outside the project is read or written", () => {
  test.each(["../a.sql", "a/../../a.sql", "/etc/passwd", "a/../../../etc/passwd"])(
    "%s",
    async (path) => {
      const files = nodeFiles(await temporaryFolder());
      const refused = { code: "PROJECT.OUTSIDE", where: { file: path } };
      await expect(files.read(path)).rejects.toMatchObject(refused);
      await expect(files.readIfPresent(path)).rejects.toMatchObject(refused);
      await expect(files.readContents([path])).rejects.toMatchObject(refused);
      await expect(files.exists(path)).rejects.toMatchObject(refused);
      await expect(files.write(path, "x")).rejects.toMatchObject(refused);
      await expect(files.remove(path)).rejects.toMatchObject(refused);
      await expect(files.rename(path, "b.sql")).rejects.toMatchObject(refused);
      await expect(files.list(path)).rejects.toMatchObject(refused);
    },
  );

  test("a neighbour whose name begins alike is outside", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "app"));
    await mkdir(join(folder, "app2"));
    await writeFile(join(folder, "app2/a.sql"), "x");
    await expect(nodeFiles(join(folder, "app")).read("../app2/a.sql")).rejects.toMatchObject({
      code: "PROJECT.OUTSIDE",
    });
  });

  test("links that lead outside", async () => {
    const outside = await folderWith({ "secret.sql": "secret", "sub/secret.sql": "secret" });
    const folder = await temporaryFolder();
    await symlink(join(outside, "secret.sql"), join(folder, "a.sql"));
    await symlink(outside, join(folder, "linked"));
    const files = nodeFiles(folder);
    const refused = { code: "PROJECT.OUTSIDE" };
    await expect(files.read("a.sql")).rejects.toMatchObject(refused);
    await expect(files.read("linked/secret.sql")).rejects.toMatchObject(refused);
    await expect(files.write("linked/new.sql", "x")).rejects.toMatchObject(refused);
    await expect(files.write("linked/deeper/new.sql", "x")).rejects.toMatchObject(refused);
    await expect(files.list("linked")).rejects.toMatchObject(refused);
    expect(await readdir(outside)).toEqual(["secret.sql", "sub"]);
    expect(await files.list("")).toEqual([
      { name: "a.sql", kind: "other" },
      { name: "linked", kind: "other" },
    ]);
  });

  test("writing over a link replaces the link, not what it leads to", async () => {
    const outside = await folderWith({ "secret.sql": "secret" });
    const folder = await temporaryFolder();
    await symlink(join(outside, "secret.sql"), join(folder, "a.sql"));
    const files = nodeFiles(folder);
    await files.write("a.sql", "mine");
    expect(text(await files.read("a.sql"))).toBe("mine");
    expect(text(await nodeFiles(outside).read("secret.sql"))).toBe("secret");
  });

  test("a migration that is a link out of the project stops the reading", async () => {
    const outside = await folderWith({ "002_b.sql": "select 1;" });
    const folder = await folderWith({ "migrations/001_a.sql": "select 1;" });
    await symlink(join(outside, "002_b.sql"), join(folder, "migrations/002_b.sql"));
    await expect(openProject(folder)).rejects.toMatchObject({
      code: "PROJECT.OUTSIDE",
      where: { file: "migrations/002_b.sql" },
    });
  });

  test("a folder of migrations that is a link out of the project is refused, not passed over", async () => {
    const outside = await folderWith({ "001_a.sql": "select 1;" });
    const folder = await folderWith({ "schema.sql": "create table a ();" });
    await symlink(outside, join(folder, "migrations"));
    await expect(openProject(folder)).rejects.toMatchObject({ code: "PROJECT.OUTSIDE" });
  });
});

test("a folder of migrations that is a link inside the project is read", async () => {
  const folder = await folderWith({ "shared/sql/001_a.sql": "select 1;" });
  await symlink(join(folder, "shared/sql"), join(folder, "migrations"));
  const { project } = await openProject(folder);
  expect(project.migrations.map(({ path }) => path)).toEqual(["migrations/001_a.sql"]);
});

test("a link inside the project is read", async () => {
  const folder = await folderWith({ "schema_export_20261120.sql": "create table a ();" });
  await symlink("schema_export_20261120.sql", join(folder, "latest_schema.sql"));
  const { project } = await openProject(folder);
  expect(project.baseline?.files.map(({ path }) => path)).toEqual(["latest_schema.sql"]);
});

test("a root that is not there, or is a file, is refused", async () => {
  const folder = await folderWith({ file: "" });
  expect(() => nodeFiles(join(folder, "absent"))).toThrow("is not a folder");
  expect(() => nodeFiles(join(folder, "file"))).toThrow("is not a folder");
});

test.skipIf(process.platform === "win32")(
  "a pipe is refused, and not waited for or taken for empty",
  async () => {
    const files = nodeFiles(await folderWith({ "a.sql": "" }));
    execFileSync("mkfifo", [join(files.root, "b.sql")]);
    await expect(files.read("b.sql")).rejects.toMatchObject({ code: "PROJECT.UNREADABLE" });
    await expect(files.readContents(["a.sql", "b.sql"])).rejects.toMatchObject({
      code: "PROJECT.UNREADABLE",
    });
  },
);
