import { relative } from 'node:path';

/** A case that says it could not run, and why, bears this in front of its title. */
const NOT_RUN = /^not run: /;

/**
 * What a run of Jest found, from its `--json` report.
 * @typedef {{ passed: number, failed: number, notRun: string[], failures: string[] }} Tally
 * @typedef {{ status: string, title: string, fullName: string }} Case
 * @typedef {{ name: string, status: string, assertionResults: Case[] }} Suite
 * @typedef {{ testResults: Suite[] }} Report
 */

/** @type {Tally} */
export const NOTHING = { passed: 0, failed: 0, notRun: [], failures: [] };

/**
 * Counts cases. One that reports that it did not run counts as neither passed nor failed, and a file that could not be
 * loaded counts as one failure, or a syntax error would pass for an empty suite.
 * @param {Report} report
 * @param {string} root paths are told relative to it
 * @returns {Tally}
 */
export function tallyOf(report, root) {
  return report.testResults.map((suite) => tallyOfSuite(suite, relative(root, suite.name))).reduce(sum, NOTHING);
}

/**
 * @param {Tally} a
 * @param {Tally} b
 * @returns {Tally}
 */
export function sum(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    notRun: [...a.notRun, ...b.notRun],
    failures: [...a.failures, ...b.failures],
  };
}

/**
 * @param {Suite} suite
 * @param {string} file
 * @returns {Tally}
 */
function tallyOfSuite(suite, file) {
  const told = (/** @type {Case} */ one) => `${file}: ${one.fullName}`;
  const failed = suite.assertionResults.filter((one) => one.status === 'failed');
  const notRun = suite.assertionResults.filter(isNotRun);
  const passed = suite.assertionResults.filter((one) => one.status === 'passed' && !isNotRun(one));
  const broken = suite.status === 'failed' && failed.length === 0 ? [`${file}: could not be run`] : [];
  return {
    passed: passed.length,
    failed: failed.length + broken.length,
    notRun: notRun.map(told),
    failures: [...failed.map(told), ...broken],
  };
}

/** @param {Case} one */
function isNotRun(one) {
  return NOT_RUN.test(one.title) || one.status === 'pending' || one.status === 'todo';
}
