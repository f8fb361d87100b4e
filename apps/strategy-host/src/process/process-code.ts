import { fileURLToPath } from 'node:url';

const READABLE = ['node_modules/*', 'libs/*', 'apps/strategy-host/*'];

/** The code of a strategy's process and the folders that it loads from, beside the built `main.js` of this app. */
export function strategyProcessCode(main: string): { readonly entry: URL; readonly codeFolders: readonly string[] } {
  const root = new URL('../../../', main);
  return {
    entry: new URL('./process/strategy-process.js', main),
    codeFolders: READABLE.map((folder) => fileURLToPath(new URL(folder, root))),
  };
}
