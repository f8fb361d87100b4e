import { join } from 'node:path';
import { readRepository } from './repository.js';
import { RULES } from './rules.js';

describe('the repository has', () => {
  const repository = readRepository(join(__dirname, '../..'));

  it.each(RULES)('%s', (_sentence, rule) => {
    expect(rule(repository).map(({ file, problem }) => `${file} ${problem}`)).toEqual([]);
  });
});
