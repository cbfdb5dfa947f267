/** A Vitest reporter that writes counts to the file named by `KITH_COUNTS`. A file that could not be read is a failure. */
import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export default class VitestCounts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env['KITH_COUNTS'];
    if (file === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.flatMap((test) => {
      const result = test.result();
      return result.state === 'skipped' ? [{ title: test.fullName, reason: result.note ?? 'no reason given' }] : [];
    });
    const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
    writeFileSync(
      file,
      JSON.stringify({
        passed: tests.filter((test) => test.result().state === 'passed').length,
        failed: tests.filter((test) => test.result().state === 'failed').length + brokenFiles + unhandled.length,
        skipped,
      }),
    );
  }
}
