import { checkoutRoot } from '@argosy/testing';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Files are named from here. */
const sources = path.join(checkoutRoot(), 'apps/strategy-host/src/testing');
const source = (file: string): URL => pathToFileURL(path.join(sources, file));

/** A strategy's process that runs our TypeScript as it stands. */
export const sourceProcess = (
  file: string,
): { readonly entry: URL; readonly codeFolders: readonly string[]; readonly execArgv: readonly string[] } => ({
  entry: source(file),
  codeFolders: ['node_modules/*', 'libs/*', 'apps/strategy-host/*', 'package.json'].map((folder) =>
    path.join(checkoutRoot(), folder),
  ),
  execArgv: [
    '--experimental-transform-types',
    '--disable-warning=ExperimentalWarning',
    '--conditions=source',
    `--import=${source('./run-sources.fixture.mjs').href}`,
  ],
});
