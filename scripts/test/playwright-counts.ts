/** A Playwright reporter that writes counts to the file named by `KITH_COUNTS`. A test that needed a second try has failed. */
import { writeFileSync } from 'node:fs';
import type { FullConfig, Reporter, Suite, TestCase } from '@playwright/test/reporter';

export default class PlaywrightCounts implements Reporter {
  private tests: readonly TestCase[] = [];
  private errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.tests = suite.allTests();
  }

  /** Outside of any test: a file that cannot be loaded, a worker that died. */
  onError(): void {
    this.errors += 1;
  }

  onEnd(): void {
    const file = process.env['KITH_COUNTS'];
    if (file === undefined) return;
    const skipped = this.tests.filter((test) => test.outcome() === 'skipped');
    const passed = this.tests.filter((test) => test.outcome() === 'expected').length;
    writeFileSync(
      file,
      JSON.stringify({
        passed,
        failed: this.tests.length - passed - skipped.length + this.errors,
        skipped: skipped.map((test) => ({ title: test.titlePath().slice(3).join(' › '), reason: reasonOf(test) })),
      }),
    );
  }

  printsToStdio(): boolean {
    return false;
  }
}

const reasonOf = (test: TestCase): string =>
  test.annotations.find(({ type, description }) => /^(?:skip|fixme)$/.test(type) && description)?.description ??
  'no reason given';
