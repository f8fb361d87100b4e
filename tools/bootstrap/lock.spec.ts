import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alone } from './lock.mjs';

describe('one bootstrap at a time', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'argosy-lock-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('makes the second wait for the first and says so', async () => {
    const order: string[] = [];
    const said: string[] = [];
    let release: () => void = () => undefined;
    const first = alone(
      root,
      () => undefined,
      async () => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        order.push('first');
      },
    );
    const second = alone(
      root,
      (line) => said.push(line),
      async () => {
        order.push('second');
      },
    );
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(said).toEqual([expect.stringContaining('waiting for another start')]);
  });

  it('takes over the lock of a process that is gone', async () => {
    mkdirSync(join(root, '.argosy'));
    writeFileSync(join(root, '.argosy/bootstrap.lock'), '999999999');
    expect(
      await alone(
        root,
        () => undefined,
        async () => 'in',
      ),
    ).toBe('in');
  });

  it('gives the lock back when the work fails', async () => {
    const failing = alone(
      root,
      () => undefined,
      async () => {
        throw new Error('no network');
      },
    );
    await expect(failing).rejects.toThrow('no network');
    expect(
      await alone(
        root,
        () => undefined,
        async () => 'in',
      ),
    ).toBe('in');
  });
});
