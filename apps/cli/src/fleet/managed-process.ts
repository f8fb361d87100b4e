import type { Clock, Timer, Timers } from '@argosy/domain';
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Standard output and error go there, appended. */
  readonly outputFile: string;
  /** Another account to run as, when ours may not. */
  readonly identity?: { readonly uid: number; readonly gid: number } | undefined;
  /** What asks it to end in order. */
  readonly stopSignal: NodeJS.Signals;
  /** After this it is ended without being asked. */
  readonly stopWithinMs: number;
  /** What ends it at once, when that is not SIGKILL. */
  readonly killSignal?: NodeJS.Signals;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessParts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** A process that nobody asked to end has ended, and will be started again after the pause. */
  readonly onDeath: (process: ManagedProcess, end: ProcessEnd, pauseMs: number) => void;
  /** It has a (new) process id. */
  readonly onSpawn: (process: ManagedProcess) => void;
}

/** A service that leads no longer and wants to stand by: no death. */
export const LEFT_EXIT_CODE = 75;
const PAUSE_MS_MIN = 200;
const PAUSE_MS_MAX = 5_000;
/** Who lived this long died of something new. */
const HEALTHY_AFTER_MS = 30_000;
const TAIL_BYTES = 4_000;

/** The last of a file, from `atLeast` on; empty when it cannot be read. */
export function endOfFile(path: string, bytesMax: number, atLeast = 0): string {
  try {
    const { size } = statSync(path);
    const from = Math.max(atLeast, size - bytesMax);
    const bytes = Buffer.alloc(Math.max(0, size - from));
    const file = openSync(path, 'r');
    try {
      readSync(file, bytes, 0, bytes.length, from);
    } finally {
      closeSync(file);
    }
    return bytes.toString('utf8').trim();
  } catch {
    return '';
  }
}

export const describeEnd = ({ code, signal }: ProcessEnd): string =>
  signal === null ? `exit code ${String(code)}` : `signal ${signal}`;

/** One program of the fleet: started again when it dies, ended when asked. */
export class ManagedProcess {
  #child: ChildProcess | undefined;
  #ended: Promise<ProcessEnd> = Promise.resolve({ code: 0, signal: null });
  #restart: Timer | undefined;
  #isWanted = false;
  #pauseMs = PAUSE_MS_MIN;
  #startedMs = 0;
  #outputFrom = 0;
  #deaths = 0;
  #lastEnd: ProcessEnd | undefined;

  constructor(
    readonly spec: ProcessSpec,
    private readonly parts: ProcessParts,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Ends that nobody asked for. */
  get deaths(): number {
    return this.#deaths;
  }

  get lastEnd(): ProcessEnd | undefined {
    return this.#lastEnd;
  }

  start(): void {
    this.#isWanted = true;
    this.#spawn();
  }

  /** What the present life has printed, the last of it. */
  tail(): string {
    return endOfFile(this.spec.outputFile, TAIL_BYTES, this.#outputFrom);
  }

  /** Asks it to end, and ends it when it does not in time. Resolves when it is gone. */
  async stop(): Promise<ProcessEnd> {
    this.#isWanted = false;
    this.#restart?.cancel();
    const child = this.#child;
    if (child === undefined) return this.#ended;
    child.kill(this.spec.stopSignal);
    const timer = this.parts.timers.after(this.spec.stopWithinMs, () => child.kill(this.spec.killSignal ?? 'SIGKILL'));
    const end = await this.#ended;
    timer.cancel();
    return end;
  }

  /** Ends it at once, as a crash would; it is started again unless stopped. */
  kill(): void {
    this.#child?.kill(this.spec.killSignal ?? 'SIGKILL');
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  #spawn(): void {
    const { command, args, env, folder, identity, outputFile } = this.spec;
    const output = openSync(outputFile, 'a', 0o644);
    this.#outputFrom = statSync(outputFile).size;
    this.#startedMs = this.parts.clock.monotonicMs();
    // A group of its own: Ctrl-C reaches the supervisor alone, which ends the others in order.
    const child = spawn(command, args, {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', output, output],
      ...(identity ?? {}),
    });
    closeSync(output);
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('error', () => resolve({ code: 127, signal: null }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    void this.#ended.then((end) => this.#onEnd(end));
    if (child.pid !== undefined) this.parts.onSpawn(this);
  }

  #onEnd(end: ProcessEnd): void {
    this.#child = undefined;
    this.#lastEnd = end;
    if (!this.#isWanted) return;
    const hasLeft = end.code === LEFT_EXIT_CODE;
    if (!hasLeft) this.#deaths += 1;
    const livedMs = this.parts.clock.monotonicMs() - this.#startedMs;
    if (hasLeft || livedMs > HEALTHY_AFTER_MS) this.#pauseMs = PAUSE_MS_MIN;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
    this.#restart = this.parts.timers.after(pauseMs, () => {
      if (this.#isWanted) this.#spawn();
    });
    this.parts.onDeath(this, end, pauseMs);
  }
}
