import type { Timers } from '@argosy/domain';
import type { RawParameters, RunSpec, StrategyEvent } from '@argosy/strategy-api';
import { type RunHandle, type RunListener, StrategyRunner } from '@argosy/strategy-service';
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { MemoryWatch, offerFirst, type Watched } from './memory-watch.js';
import type { FromProcess, ToProcess } from './process-messages.js';

export interface ProcessRunnerSettings {
  /** The compiled code of a strategy's process. */
  readonly entry: URL;
  /** Folders of code; a strategy's process may read nothing else. */
  readonly codeFolders: readonly string[];
  /** Heap of one strategy; beyond it its process ends. */
  readonly memoryMb: number;
  readonly execArgv?: readonly string[];
}

/** How much of the heap may be young: a strategy makes much garbage and keeps little. */
const SEMI_SPACE_MB = 8;
/** Node itself, the code, the young heap and buffers, beside the heap of `memoryMb`. */
export const PROCESS_OVERHEAD_MB = 160;
const MEGABYTE = 1_048_576;
/** More processes than this never wait for work at once. */
export const SPARES_MAX = 32;
/** What is kept of the last words of a process, to tell one that ran out of memory. */
const LAST_WORDS_MAX = 4_096;
/** Ends a process with its parent, however busy it is: part of every usual Linux; elsewhere a lost channel has to do. */
const SETPRIV = '/usr/bin/setpriv';

/**
 * Each strategy in a process of its own: without environment, descriptors, permissions or network, with a bounded heap and
 * a watched memory. Ending it ends whatever it is doing, an endless loop too. A thread was not enough: some allocations
 * beyond a thread's limit end the whole process.
 */
export class ProcessRunner extends StrategyRunner {
  private readonly runs = new Set<ProcessRun>();
  private readonly spares = new Set<ProcessRun>();
  private readonly watch: MemoryWatch;

  constructor(
    private readonly settings: ProcessRunnerSettings,
    timers: Timers,
  ) {
    super();
    this.watch = new MemoryWatch((settings.memoryMb + PROCESS_OVERHEAD_MB) * MEGABYTE, timers);
  }

  override start(spec: RunSpec, listener: RunListener): RunHandle {
    const [spare] = this.spares;
    if (spare !== undefined) this.spares.delete(spare);
    const run = spare ?? this.spawn();
    run.begin(spec, listener);
    return run;
  }

  /** Processes with their code loaded and nothing to do, at most `SPARES_MAX`. */
  override warm(starts: number): void {
    while (this.spares.size < Math.min(starts, SPARES_MAX)) {
      const spare = this.spawn();
      this.spares.add(spare);
      spare.whenOver(() => this.spares.delete(spare));
    }
  }

  /** Every process, whatever it does. */
  override close(): void {
    for (const run of this.runs) run.end();
  }

  private spawn(): ProcessRun {
    const run = new ProcessRun(this.child());
    this.runs.add(run);
    this.watch.add(run);
    run.whenOver(() => {
      this.runs.delete(run);
      this.watch.remove(run);
    });
    return run;
  }

  private child(): ChildProcess {
    const { entry, codeFolders, memoryMb, execArgv } = this.settings;
    const flags = [
      ...(execArgv ?? []),
      '--permission',
      ...codeFolders.map((folder) => `--allow-fs-read=${folder}`),
      `--max-old-space-size=${String(memoryMb)}`,
      `--max-semi-space-size=${String(SEMI_SPACE_MB)}`,
      '--disallow-code-generation-from-strings',
      '--no-addons',
    ];
    const bound = ['--pdeathsig', 'KILL', '--no-new-privs', '--', process.execPath];
    return fork(fileURLToPath(entry), [], {
      cwd: '/',
      // Nothing of ours: no key, no password, no argument.
      env: {},
      ...(existsSync(SETPRIV)
        ? { execPath: SETPRIV, execArgv: [...bound, ...flags] }
        : { execPath: process.execPath, execArgv: flags }),
      // Whole numbers of any size cross as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  }
}

class ProcessRun implements RunHandle, Watched {
  isBusy = false;
  private isOver = false;
  private listener: RunListener | undefined;
  private lastWords = '';
  private ended: string | undefined;
  private readonly whens: (() => void)[] = [];

  constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => this.heard(message as FromProcess));
    child.on('error', (error) => this.fail(`its process cannot be used: ${error.message}`));
    child.on('close', (code, signal) => {
      this.ended = signal === null ? `its process ended with ${String(code)}` : `its process was ended by ${signal}`;
      this.conclude();
    });
    // What it said before it ended is still on its way when it has ended.
    child.on('disconnect', () => this.conclude());
    child.stderr?.setEncoding('latin1').on('data', (words: string) => {
      this.lastWords = (this.lastWords + words).slice(-LAST_WORDS_MAX);
    });
    if (child.pid !== undefined) offerFirst(child.pid);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  begin(spec: RunSpec, listener: RunListener): void {
    this.listener = listener;
    this.send({ kind: 'start', spec });
  }

  whenOver(run: () => void): void {
    this.whens.push(run);
  }

  feed(events: readonly StrategyEvent[]): void {
    this.isBusy = true;
    this.send({ kind: 'feed', events });
  }

  reconfigure(parameters: RawParameters): void {
    this.send({ kind: 'reconfigure', parameters });
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.child.kill('SIGKILL');
    for (const run of this.whens) run();
  }

  overMemory(bytes: number): void {
    this.fail(`took ${String(Math.round(bytes / MEGABYTE))} MB of memory`);
  }

  private send(message: ToProcess): void {
    // A process that is gone is told of by its end, not by each message that it misses.
    if (!this.isOver && this.child.connected) this.child.send(message, () => undefined);
  }

  private heard(message: FromProcess): void {
    if (this.isOver || message.kind === 'ready') return;
    if (message.kind === 'failed') return this.fail(message.reason);
    if (!this.isBusy) return this.fail('answered what nobody asked');
    this.isBusy = false;
    this.listener?.answered(message);
  }

  private conclude(): void {
    if (this.ended === undefined || this.child.connected) return;
    this.fail(/heap out of memory|Allocation failed/.test(this.lastWords) ? 'ran out of memory' : this.ended);
  }

  private fail(reason: string): void {
    if (this.isOver) return;
    this.end();
    this.listener?.failed(reason);
  }
}
