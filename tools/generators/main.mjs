import { join } from 'node:path';
import { generateCheck } from './check.mjs';
import { GeneratorError, namesOf } from './names.mjs';
import { generateStrategy } from './strategy.mjs';

/** @type {Record<string, typeof generateCheck>} */
const GENERATORS = { strategy: generateStrategy, check: generateCheck };
const USAGE = 'npm run gen -- strategy NAME | npm run gen -- check NAME, such as mean-reversion';

const [kind, name, ...rest] = process.argv.slice(2);
try {
  const generate = GENERATORS[kind ?? ''];
  if (generate === undefined || name === undefined || rest.length > 0) throw new GeneratorError(`usage: ${USAGE}`);
  const { files, next } = generate(join(import.meta.dirname, '../..'), namesOf(name));
  process.stdout.write(`${files.map((file) => `  ${file}`).join('\n')}\n\nnow:\n`);
  process.stdout.write(`${next.map((step, index) => `  ${String(index + 1)}. ${step}`).join('\n')}\n`);
} catch (error) {
  if (!(error instanceof GeneratorError)) throw error;
  process.stderr.write(`gen: ${error.message}\n`);
  process.exitCode = 1;
}
