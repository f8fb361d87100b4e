import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../build/build.mjs';
import { ROOT } from '../bootstrap/bootstrap.mjs';

/**
 * `npm run catalogue` writes docs/reference from the code; with `--check` it proves instead that what is committed is
 * what the code says now.
 */
const FOLDER = join(ROOT, 'docs/reference');

process.exitCode = await main();

async function main() {
  await build(ROOT);
  // Only now: the pages ask the built code.
  const { referencePages } = await import('./pages.mjs');
  const pages = await referencePages();
  const known = new Set(pages.map(({ file }) => file));
  mkdirSync(FOLDER, { recursive: true });
  const strays = readdirSync(FOLDER).filter((file) => !known.has(file));
  const stale = pages.filter(({ file, text }) => committed(file) !== text);
  if (process.argv.includes('--check')) return tell([...stale.map(({ file }) => file), ...strays]);
  for (const { file, text } of stale) writeFileSync(join(FOLDER, file), text);
  for (const file of strays) rmSync(join(FOLDER, file), { recursive: true });
  return 0;
}

/** @param {string} file */
function committed(file) {
  const path = join(FOLDER, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {readonly string[]} files */
function tell(files) {
  for (const file of files)
    process.stderr.write(`catalogue: docs/reference/${file} is not what the code says: npm run catalogue\n`);
  return files.length === 0 ? 0 : 1;
}
