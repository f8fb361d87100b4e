import { type ChildProcess, spawn } from 'node:child_process';
import { parsedMap } from './json.js';

/** One logged event. */
export interface LogLine {
  readonly event: string;
  /** When it was written, ms since 1970 UTC. */
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ServiceSpec {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly execArgv?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Hears every logged event as it comes. */
  readonly onLine?: (line: LogLine) => void;
}

const READY_WITHIN_MS = 60_000;
const LINES_KEPT = 20_000;
const TAIL = 4_000;
const running = new Set<ChildProcess>();
let isEchoing = false;

/** From now on every line of a process started is also a line of standard error. */
export const echoLogs = (): void => void (isEchoing = true);

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A program of the fleet as a process of its own, started as often as a trial ends it; its log is kept as it is written. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private lines: LogLine[] = [];
  private tail = '';
  private listeners: (() => void)[] = [];
  private ended: Promise<void> = Promise.resolve();

  constructor(readonly spec: ServiceSpec) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get isRunning(): boolean {
    return this.child !== undefined;
  }

  /** Starts it; a log from before is forgotten. */
  start(): void {
    if (this.child !== undefined) throw new Error(`${this.spec.name} runs already`);
    const { program, args, env, execArgv = [] } = this.spec;
    const child = spawn(process.execPath, [...execArgv, program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
    });
    [this.child, this.lines, this.tail] = [child, [], ''];
    running.add(child);
    this.listen(child);
    this.ended = new Promise((resolve) => {
      child.once('exit', () => {
        running.delete(child);
        if (this.child === child) this.child = undefined;
        this.wake();
        resolve();
      });
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** To the harness's preload in it. */
  harm(harm: object): void {
    this.child?.send(harm);
  }

  exited(): Promise<void> {
    return this.ended;
  }

  async stop(): Promise<void> {
    // A stopped process takes no other signal.
    this.signal('SIGCONT');
    this.signal('SIGKILL');
    await this.ended;
  }

  /** The last such event of this start. */
  last(event: string): LogLine | undefined {
    return this.lines.findLast((line) => line.event === event);
  }

  events(event: string): readonly LogLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  /** Standard output that matches. @throws Error with the last output when it ends, or takes too long. */
  output(pattern: RegExp): Promise<RegExpExecArray> {
    return this.until(`output like ${String(pattern)}`, () => pattern.exec(this.tail) ?? undefined);
  }

  logged(event: string, withinMs = READY_WITHIN_MS): Promise<LogLine> {
    return this.until(event, () => this.last(event), withinMs);
  }

  private async until<T>(what: string, look: () => T | undefined, withinMs = READY_WITHIN_MS): Promise<T> {
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const leftMs = untilMs - performance.now();
      if (!this.isRunning || leftMs <= 0)
        throw new Error(
          `${this.spec.name} ${this.isRunning ? 'did not come to' : 'ended before'} ${what}:\n${this.tail}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.listeners.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  private listen(child: ChildProcess): void {
    let rest = '';
    if (isEchoing) child.stdout?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.keep(chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      this.keep(chunk.toString());
      const texts = (rest + chunk.toString()).split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) this.read(text);
      this.wake();
    });
  }

  private keep(text: string): void {
    this.tail = (this.tail + text).slice(-TAIL);
  }

  private read(text: string): void {
    const entry = parsedMap(text);
    if (entry === undefined || typeof entry['event_type'] !== 'string') return;
    const data = (entry['data'] ?? {}) as Readonly<Record<string, unknown>>;
    const line = { event: entry['event_type'], atMs: Date.parse(String(entry['timestamp'])), data };
    this.lines.push(line);
    this.spec.onLine?.(line);
    if (this.lines.length > LINES_KEPT) this.lines = this.lines.slice(-LINES_KEPT / 2);
  }

  private wake(): void {
    const waiting = this.listeners;
    this.listeners = [];
    for (const run of waiting) run();
  }
}
