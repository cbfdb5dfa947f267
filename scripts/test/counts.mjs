/** What the parts of `npm test` report, and the line that it closes with. [GATE-4] */
import { readFileSync } from 'node:fs';

/**
 * @typedef {{ readonly title: string, readonly reason: string }} Skipped
 * @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: readonly Skipped[] }} Counts
 */

/** @type {Counts} */
const ONE_FAILURE = { passed: 0, failed: 1, skipped: [] };

/**
 * A part's counts from the report that it wrote. A part that ended badly without naming a failure, wrote no report or
 * ran nothing counts as one failure, and says so.
 *
 * @param {string} name
 * @param {string} reportFile
 * @param {number} exitCode
 * @returns {Counts}
 */
export const readCounts = (name, reportFile, exitCode) => {
  const counts = parseReport(reportFile);
  if (counts === null) {
    console.log(`${name}: crashed with exit code ${exitCode}, before it could report.`);
    return ONE_FAILURE;
  }
  if (counts.passed + counts.failed === 0) {
    console.log(`${name}: ran no test.`);
    return { ...ONE_FAILURE, skipped: counts.skipped };
  }
  if (exitCode !== 0 && counts.failed === 0) {
    console.log(`${name}: ended with exit code ${exitCode}, though every test it reports has passed.`);
    return { ...counts, failed: 1 };
  }
  return counts;
};

/** @param {string} file @returns {Counts | null} */
const parseReport = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Not written, or cut off: the caller counts it as a failure and says so.
    return null;
  }
};

/** @param {readonly Counts[]} parts @returns {Counts} */
export const sumCounts = (parts) => ({
  passed: parts.reduce((sum, { passed }) => sum + passed, 0),
  failed: parts.reduce((sum, { failed }) => sum + failed, 0),
  skipped: parts.flatMap(({ skipped }) => skipped),
});

/** Skipped tests with their reasons, then the closing line. @param {Counts} counts @returns {string} */
export const formatCounts = ({ passed, failed, skipped }) =>
  [
    ...skipped.map(({ title, reason }) => `skipped: ${title} (${reason})`),
    `${passed} passed, ${failed} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`,
  ].join('\n');
