import { fileURLToPath } from 'node:url';

const READABLE = ['node_modules/*', 'libs/*', 'apps/strategy-host/*'];

/** The built code of a strategy's process and the folders that it loads from. */
export function strategyProcessCode(): { readonly entry: URL; readonly codeFolders: readonly string[] } {
  const root = new URL('../../../../', import.meta.url);
  return {
    entry: new URL('./strategy-process.js', import.meta.url),
    codeFolders: READABLE.map((folder) => fileURLToPath(new URL(folder, root))),
  };
}
