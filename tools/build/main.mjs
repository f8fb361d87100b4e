import { join } from 'node:path';
import { build } from './build.mjs';

const started = performance.now();
try {
  const { sources, compiled, removed } = await build(join(import.meta.dirname, '../..'));
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  process.stderr.write(
    `build: ${String(compiled)} of ${String(sources)} sources compiled, ${String(removed)} outputs removed, ${seconds} s\n`,
  );
} catch (error) {
  process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
