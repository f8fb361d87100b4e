import { SystemClock, SystemTimers } from '@argosy/platform-runtime';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess, type ProcessEnd } from './managed-process.js';

describe('a process of the fleet', () => {
  let folder = '';
  const running: ManagedProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'argosy-process-'));
  });
  afterEach(async () => {
    for (const process of running.splice(0)) await process.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a script; `spawned` resolves at each life's beginning. */
  function start(
    script: string,
    stopWithinMs = 5_000,
  ): { process: ManagedProcess; ends: ProcessEnd[]; lives: () => number; life: (n: number) => Promise<void> } {
    const ends: ProcessEnd[] = [];
    let lives = 0;
    const waiting: { n: number; resolve: () => void }[] = [];
    const process = new ManagedProcess(
      {
        name: 'one',
        command: globalThis.process.execPath,
        args: ['-e', script],
        env: {},
        folder,
        outputFile: join(folder, 'one.log'),
        stopSignal: 'SIGTERM',
        stopWithinMs,
      },
      {
        clock: new SystemClock(),
        timers: new SystemTimers(),
        onDeath: (_process, end) => void ends.push(end),
        onSpawn: () => {
          lives += 1;
          for (const { n, resolve } of waiting) if (lives >= n) resolve();
        },
      },
    );
    running.push(process);
    process.start();
    const life = (n: number): Promise<void> =>
      lives >= n ? Promise.resolve() : new Promise((resolve) => waiting.push({ n, resolve }));
    return { process, ends, lives: () => lives, life };
  }

  it('is started again when it dies, and its last words are kept', async () => {
    const { ends, life, process } = start("console.error('no money'); process.exit(3)");
    await life(2);
    expect(ends[0]).toEqual({ code: 3, signal: null });
    await life(3);
    expect(process.deaths).toBeGreaterThanOrEqual(2);
  });

  it('that leads no longer stands by again at once, and has not died', async () => {
    const { ends, life, process } = start('process.exit(75)');
    await life(3);
    expect(ends[0]).toEqual({ code: 75, signal: null });
    expect(process.deaths).toBe(0);
  });

  it('is started again after kill -9', async () => {
    const { process, life, ends } = start('setInterval(() => {}, 1000)');
    const first = process.pid;
    process.kill();
    await life(2);
    expect(ends).toEqual([{ code: null, signal: 'SIGKILL' }]);
    expect(process.pid).not.toBe(first);
  });

  it('ends when asked and stays away', async () => {
    const { process, lives, ends } = start('setInterval(() => {}, 1000)');
    expect(await process.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(process.pid).toBeUndefined();
    expect([lives(), ends]).toEqual([1, []]);
  });

  it('is ended by force when it does not listen', async () => {
    const { process } = start("process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)", 100);
    while (!process.tail().includes('deaf')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await process.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('tells of a program that does not exist', async () => {
    const ends: ProcessEnd[] = [];
    const died = new Promise<void>((resolve) => {
      const process = new ManagedProcess(
        {
          name: 'none',
          command: '/no/such/program',
          args: [],
          env: {},
          folder,
          outputFile: join(folder, 'none.log'),
          stopSignal: 'SIGTERM',
          stopWithinMs: 100,
        },
        {
          clock: new SystemClock(),
          timers: new SystemTimers(),
          onSpawn: () => undefined,
          onDeath: (_process, end) => void (ends.push(end), resolve()),
        },
      );
      running.push(process);
      process.start();
    });
    await died;
    expect(ends[0]).toEqual({ code: 127, signal: null });
  });
});
