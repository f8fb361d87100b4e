import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from './build.mjs';

describe('the build', () => {
  let root = '';
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'argosy-build-'));
    symlinkSync(join(__dirname, '../../node_modules'), join(root, 'node_modules'));
    put('package.json', '{ "workspaces": ["libs/*"] }');
    put('libs/a/package.json', '{}');
    put('libs/a/src/one.ts', 'export const one: number = 1;\n');
    put('libs/a/src/one.spec.ts', 'it("is one", () => undefined);\n');
    put('libs/a/src/table.json', '{}\n');
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('compiles what is new, copies what is no script and leaves specs out', async () => {
    expect(await build(root)).toEqual({ sources: 2, compiled: 2, removed: 0 });
    expect(readFileSync(join(root, 'libs/a/dist/one.js'), 'utf8')).toContain('export const one = 1;');
    expect(readFileSync(join(root, 'libs/a/dist/table.json'), 'utf8')).toBe('{}\n');
    expect(() => readFileSync(join(root, 'libs/a/dist/one.spec.js'))).toThrow('ENOENT');
  });

  it('does nothing the second time, and only what changed the third', async () => {
    await build(root);
    expect(await build(root)).toMatchObject({ compiled: 0 });
    put('libs/a/src/one.ts', 'export const one: number = 11;\n');
    expect(await build(root)).toMatchObject({ compiled: 1 });
  });

  it('makes again what somebody removed and removes what has no source', async () => {
    await build(root);
    rmSync(join(root, 'libs/a/dist/table.json'));
    rmSync(join(root, 'libs/a/src/one.ts'));
    expect(await build(root)).toEqual({ sources: 1, compiled: 1, removed: 2 });
    expect(() => readFileSync(join(root, 'libs/a/dist/one.js'))).toThrow('ENOENT');
  });

  it('names the source that does not parse and tries it again', async () => {
    put('libs/a/src/two.ts', 'export const = ;\n');
    await expect(build(root)).rejects.toThrow(/libs\/a\/src\/two\.ts does not compile/);
    await expect(build(root)).rejects.toThrow(/libs\/a\/src\/two\.ts does not compile/);
  });
});
