/** Sets a tag: the one thing of git that lockstep changes, and only where it is asked for. */
import { LockstepError } from "../../core/errors.ts";
import { git } from "./git.ts";

/** False: it is there already, at this commit. */
export async function setTag(folder: string, tag: string): Promise<boolean> {
  const head = (await git(folder, ["rev-parse", "--verify", "--quiet", "HEAD"]))?.trim();
  if (head === undefined) {
    throw new LockstepError(
      "RELEASE.UNCOMMITTED",
      `${folder} is in no git repository that has a commit`,
    );
  }
  const open = (await git(folder, ["status", "--porcelain", "--", "."]))?.trim() ?? "";
  if (open !== "") {
    throw new LockstepError(
      "RELEASE.UNCOMMITTED",
      "the release's files are not committed, so no tag was set",
      {
        notes: open.split("\n").slice(0, 10),
      },
    );
  }
  const there = (
    await git(folder, ["rev-parse", "--verify", "--quiet", `refs/tags/${tag}^{commit}`])
  )?.trim();
  if (there === head) return false;
  if (there !== undefined && there !== "") {
    throw new LockstepError(
      "RELEASE.TAG_TAKEN",
      `the tag ${tag} is at ${there.slice(0, 12)}, and HEAD is ${head.slice(0, 12)}`,
    );
  }
  if ((await git(folder, ["tag", "--", tag])) === undefined) {
    throw new LockstepError("RELEASE.TAG_TAKEN", `git refused the tag ${tag}`);
  }
  return true;
}
