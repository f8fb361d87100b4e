import { type ChildProcess, fork } from 'node:child_process';

/** `node --cpu-prof bench/dist/run-figure.js …` profiles every process of a figure. */
const PROFILED = process.execArgv.some((option) => option.startsWith('--cpu-prof'));
const PROFILED_CHILD = new URL('./profiled-child.js', import.meta.url);

/** A program of the bench in its own process, spoken to by messages of JSON; it ends with this process. */
export class BenchProcess<Told> {
  private readonly waiting: { fits: (told: Told) => boolean; resolve: (told: Told) => void }[] = [];
  private readonly heard: Told[] = [];
  private failure: Error | undefined;
  private readonly failed: Promise<never>;

  private constructor(
    private readonly child: ChildProcess,
    name: string,
  ) {
    child.on('message', (message) => this.take(message as Told));
    this.failed = new Promise((_resolve, reject) => {
      const fail = (why: string): void => {
        this.failure = new Error(`${name} ${why}`);
        reject(this.failure);
      };
      child.once('error', (error) => fail(`could not be started: ${error.message}`));
      child.once('exit', (code) => fail(`ended with ${String(code)}`));
    });
    // Whoever waits is told; nobody waiting is no reason to die.
    this.failed.catch(() => undefined);
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** @param program a module of the bench. */
  static start<Told>(
    program: URL,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): BenchProcess<Told> {
    const execArgv = PROFILED ? [...process.execArgv, '--import', PROFILED_CHILD.href] : process.execArgv;
    const child = fork(program, args, { stdio: ['ignore', 2, 2, 'ipc'], env: { ...process.env, ...env }, execArgv });
    return new BenchProcess(child, program.pathname.split('/').slice(-1)[0] ?? '');
  }

  send(task: object): void {
    this.child.send(task);
  }

  /** The next message that fits, also one that came while nobody waited. @throws Error when the process ends instead. */
  next(fits: (told: Told) => boolean): Promise<Told> {
    const index = this.heard.findIndex(fits);
    if (index >= 0) return Promise.resolve(this.heard.splice(index, 1)[0]!);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return Promise.race([this.failed, new Promise<Told>((resolve) => this.waiting.push({ fits, resolve }))]);
  }

  stop(): void {
    this.child.removeAllListeners('exit');
    this.child.kill(PROFILED ? 'SIGTERM' : 'SIGKILL');
  }

  private take(told: Told): void {
    const index = this.waiting.findIndex(({ fits }) => fits(told));
    if (index < 0) this.heard.push(told);
    else this.waiting.splice(index, 1)[0]?.resolve(told);
  }
}
