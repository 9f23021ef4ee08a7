/**
 * The last line of a run of the tests, for people and for programs: `N passed, N failed, N skipped`. Above it, by
 * name, whoever passed at the second try alone.
 */
import type { Reporter, TestModule } from "vitest/node";

export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const again: string[] = [];
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state } = test.result();
        if (state !== "pending") counts[state] += 1;
        else counts.failed += 1;
        if (test.diagnostic()?.flaky === true) again.push(test.fullName);
      }
      // A file that can't be loaded, or whose hooks fail, has failed even where none of its tests ran.
      if (module.state() === "failed" && tests.every((test) => test.ok())) counts.failed += 1;
    }
    process.on("exit", (exitCode) => {
      // What broke outside of any test, such as the set-up, is a failure all the same.
      if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
      const { passed, failed, skipped } = counts;
      for (const name of again) process.stdout.write(`passed at the second try: ${name}\n`);
      process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
}
