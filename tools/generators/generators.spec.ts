import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateCheck } from './check.mjs';
import { namesOf, rename } from './names.mjs';
import { generateStrategy } from './strategy.mjs';

const project = join(__dirname, '../..');

describe('the generators', () => {
  let root = '';
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const text = (path: string): string => readFileSync(join(root, path), 'utf8');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'argosy-gen-'));
    for (const path of ['libs/risk/core/src/review.ts', 'libs/domain/src/refusal.ts']) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      cpSync(join(project, path), join(root, path));
    }
    put('package-lock.json', '{ "packages": { "": {} } }');
    put('libs/strategy/momentum/package.json', '{ "name": "@argosy/strategy-momentum" }');
    put('libs/strategy/momentum/src/index.ts', "export { Momentum } from './momentum.strategy.js';\n");
    put('libs/strategy/momentum/src/momentum.strategy.ts', 'export class Momentum {}\n');
    put(
      'apps/strategy-host/src/strategies.ts',
      "import { Momentum } from '@argosy/strategy-momentum';\nexport const STRATEGIES = {\n  momentum: Momentum,\n};\n",
    );
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('gives a check its file, its spec, its code and its place in the real review', () => {
    generateCheck(root, namesOf('max-spread'));
    expect(text('libs/risk/core/src/checks/max-spread.check.ts')).toContain('export const maxSpread: RiskCheck');
    expect(text('libs/risk/core/src/checks/max-spread.check.spec.ts')).toContain("describe('max spread'");
    const review = text('libs/risk/core/src/review.ts');
    expect(review).toContain("import { maxSpread } from './checks/max-spread.check.js';");
    expect(review).toMatch(/ {4}maxSpread,\n {2}\}\),\n\);/);
    expect(text('libs/domain/src/refusal.ts')).toContain("  max_spread: [\n    'Order rejected: Max spread',");
  });

  it('gives a strategy a lib of its own, the workspace link and the registration of its model', () => {
    generateStrategy(root, namesOf('mean-reversion'));
    const folder = 'libs/strategy/mean-reversion';
    expect(text(`${folder}/package.json`)).toContain('@argosy/strategy-mean-reversion');
    expect(text(`${folder}/src/index.ts`)).toBe("export { MeanReversion } from './mean-reversion.strategy.js';\n");
    expect(text(`${folder}/src/mean-reversion.strategy.ts`)).toBe('export class MeanReversion {}\n');
    expect(text('apps/strategy-host/src/strategies.ts').split('\n')).toEqual([
      "import { Momentum } from '@argosy/strategy-momentum';",
      "import { MeanReversion } from '@argosy/strategy-mean-reversion';",
      'export const STRATEGIES = {',
      '  momentum: Momentum,',
      '  meanReversion: MeanReversion,',
      '};',
      '',
    ]);
    expect(JSON.parse(text('package-lock.json'))).toMatchObject({
      packages: { 'node_modules/@argosy/strategy-mean-reversion': { resolved: folder, link: true } },
    });
    expect(text('node_modules/@argosy/strategy-mean-reversion/package.json')).toContain('mean-reversion');
  });

  it.each([
    ["key: 'momentum',", "key: 'mean-reversion',"],
    ['const momentumOf = momentum(MOMENTUM_WINDOW);', 'const meanReversionOf = meanReversion(MEAN_REVERSION_WINDOW);'],
    ['/** A momentum signal. */', '/** A mean reversion signal. */'],
    ["import { a } from './momentum-signal.js';", "import { a } from './mean-reversion-signal.js';"],
  ])('renames %p to %p', (before, after) => {
    expect(rename(before, namesOf('momentum'), namesOf('mean-reversion'))).toBe(after);
  });

  it.each(['MeanReversion', '', '../up', 'two words', '1st'])('refuses the name %p', (name) => {
    expect(() => namesOf(name)).toThrow('is no name');
  });

  it('overwrites nothing and leaves nothing behind when an anchor is lost', () => {
    generateCheck(root, namesOf('max-spread'));
    expect(() => generateCheck(root, namesOf('max-spread'))).toThrow('already there');
    put('libs/risk/core/src/review.ts', 'export const nothing = 1;\n');
    expect(() => generateCheck(root, namesOf('min-depth'))).toThrow('adapt tools/generators');
    expect(existsSync(join(root, 'libs/risk/core/src/checks/min-depth.check.ts'))).toBe(false);
  });
});
