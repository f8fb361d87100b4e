import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ESLint } from 'eslint';

const root = join(__dirname, '../..');
// Where CI is set the parser takes a file's text from disk once and for all, and the text given here would never be seen.
process.env['TSESTREE_SINGLE_RUN'] = 'false';
const eslint = new ESLint({ cwd: root });

/** The rules that bite when the text stands in that file. */
async function bites(file: string, text: string): Promise<string[]> {
  const results = await eslint.lintText(`${text}\n`, { filePath: join(root, file) });
  const messages = results.flatMap((result) => result.messages).filter((message) => message.severity === 2);
  return [...new Set(messages.map((message) => message.ruleId ?? message.message))].sort();
}

const BOUNDARY = '@nx/enforce-module-boundaries';
const GLOBALS = 'no-restricted-globals';
const PROPERTIES = 'no-restricted-properties';
const SYNTAX = 'no-restricted-syntax';
const IMPORTS = 'no-restricted-imports';

const cases: ReadonlyArray<[string, string, string, string[]]> = [
  ['the domain takes a wire type', 'libs/domain/src/index.ts', "export { a } from '@argosy/contracts';", [BOUNDARY]],
  ['a core takes a store', 'libs/risk/core/src/index.ts', "export { a } from '@argosy/risk-store';", [BOUNDARY]],
  ['a core takes a port', 'libs/risk/core/src/index.ts', "export { a } from '@argosy/platform-port';", []],
  [
    'a service takes an adapter',
    'libs/risk/service/src/index.ts',
    "export { a } from '@argosy/risk-store';",
    [BOUNDARY],
  ],
  [
    'an adapter takes a service',
    'libs/risk/store/src/index.ts',
    "export { a } from '@argosy/risk-service';",
    [BOUNDARY],
  ],
  ['a lib takes fixtures', 'libs/risk/core/src/index.ts', "export { a } from '@argosy/testing';", [BOUNDARY]],
  ['a core opens a file', 'libs/risk/core/src/index.ts', "export { readFileSync } from 'node:fs';", [IMPORTS]],
  ['a core takes Nest', 'libs/ledger/core/src/index.ts', "export { Injectable } from '@nestjs/common';", [IMPORTS]],
  ['a service takes Nest', 'libs/ledger/service/src/index.ts', "export { Injectable } from '@nestjs/common';", []],
  ['a store takes pg', 'libs/ledger/store/src/index.ts', "export { Pool } from 'pg';", []],
  ['an adapter opens a socket', 'libs/venue/binance/src/index.ts', "export { WebSocket } from 'ws';", [IMPORTS]],
  [
    'a lib mints an approval',
    'libs/execution/core/src/index.ts',
    "export { approve } from '@argosy/domain';",
    [IMPORTS],
  ],
  [
    'a lib draws a random id',
    'libs/venue/binance/src/index.ts',
    "export { randomUUID } from 'node:crypto';",
    [IMPORTS],
  ],
  ['a lib reads the clock', 'libs/venue/binance/src/index.ts', 'export const now = Date.now();', [PROPERTIES]],
  ['a lib makes a date of now', 'libs/venue/binance/src/index.ts', 'export const now = new Date();', [SYNTAX]],
  ['a lib makes a date of a time', 'libs/venue/binance/src/index.ts', 'export const day = new Date(0);', []],
  ['a lib throws dice', 'libs/venue/binance/src/index.ts', 'export const dice = Math.random();', [PROPERTIES]],
  ['a lib sleeps', 'libs/venue/binance/src/index.ts', 'setTimeout(() => undefined, 1);', [GLOBALS]],
  ['a lib fetches', 'libs/venue/binance/src/index.ts', "export const page = fetch('http://a');", [GLOBALS]],
  ['a lib prints', 'libs/venue/binance/src/index.ts', "console.log('a');", [GLOBALS]],
  ['a lib reads the environment', 'libs/venue/binance/src/index.ts', 'export const e = process.env;', [PROPERTIES]],
  ['the runtime reads the clock', 'libs/platform/runtime/src/index.ts', 'export const now = Date.now();', []],
  ['somebody writes an enum', 'libs/domain/src/index.ts', 'export enum Side { Buy }', [SYNTAX]],
  ['somebody exports everything', 'libs/domain/src/index.ts', "export * from './clock.js';", [SYNTAX]],
  ['somebody exports a default', 'libs/domain/src/index.ts', 'export default 1;', [SYNTAX]],
];

describe('lint', () => {
  beforeAll(() => {
    // The boundary rule is silent without Nx's cached graph, and then this test would prove nothing.
    const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
    const env = { ...process.env, NX_DAEMON: 'false' };
    expect(spawnSync(process.execPath, [nx, 'show', 'projects'], { cwd: root, env }).status).toBe(0);
  }, 60_000);

  it.each(cases)(
    '%s',
    async (_story, file, text, expected) => {
      expect(await bites(file, text)).toEqual(expected);
    },
    60_000,
  );
});
