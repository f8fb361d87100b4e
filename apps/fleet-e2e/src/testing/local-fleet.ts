import type { ServiceName } from '@argosy/contracts';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../..');
const READY_MS = 60_000;
const STOP_MS = 30_000;

export interface FleetWish {
  /** Name of its data folder, made anew. */
  readonly name: string;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

type Ports = Readonly<Record<ServiceName | 'gateway' | 'nats' | 'postgres' | 'exchange', number>>;

/** How a command line ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface RunningProcess {
  readonly name: string;
  readonly pid: number;
}

/** A program and what it says, from its first word to its end. */
class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = '';
  err = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [join(ROOT, 'apps/cli/bin/argosy.mjs'), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (part: Buffer) => (this.out += part.toString()));
    this.child.stderr?.on('data', (part: Buffer) => (this.err += part.toString()));
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => resolve({ code, out: this.out, err: this.err }));
    });
  }
}

/** Runs one command line of `argosy` to its end. */
export const argosy = (...args: readonly string[]): Promise<Ended> => new Command(args).ended;

/** A fleet as a person starts it, `argosy up`, on free ports and in a data folder of its own. */
export class LocalFleet {
  private constructor(
    private readonly command: Command,
    readonly name: string,
  ) {}

  /** Resolves when the fleet says that it is up; what it printed is in the error when it never does. */
  static async up({ name, options = [], env = {} }: FleetWish): Promise<LocalFleet> {
    // Two runs of one spec, of two people on one machine, are two fleets.
    const own = `${name}-${String(process.pid)}`;
    // Half the processes, where a test is not about the other half.
    const alone = options.includes('--standby') ? [] : ['--no-standby'];
    const args = ['up', '--name', own, '--fresh', '--port', '0', ...alone, ...options];
    const fleet = new LocalFleet(new Command(args, env), own);
    try {
      await fleet.says('Argosy is up', READY_MS);
    } catch (error) {
      await fleet.down();
      throw error;
    }
    return fleet;
  }

  get folder(): string {
    return join(ROOT, '.argosy/data', this.name);
  }

  /** How it ended by itself. */
  get ended(): Promise<Ended> {
    return this.command.ended;
  }

  /** Resolves when it has said so on standard error. @throws Error with what it printed when it ended or took too long. */
  async says(text: string, withinMs = READY_MS): Promise<void> {
    await eventually(
      `the fleet to say '${text}'`,
      () => {
        const { child, err } = this.command;
        if (err.includes(text)) return true;
        if (child.exitCode !== null) throw new Error(`argosy up ended with ${String(child.exitCode)}:\n${err}`);
        return undefined;
      },
      { withinMs },
    );
  }

  /** Asks it to end as Ctrl-C does; it ends in order, and tells what it would have told. */
  interrupt(): Promise<Ended> {
    this.command.child.kill('SIGINT');
    return this.ended;
  }

  /** Ends it as a person does, resolves when all of it is gone, and takes its data away. */
  async down(): Promise<Ended> {
    const { child } = this.command;
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const hurry = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    const ended = await this.ended;
    clearTimeout(hurry);
    rmSync(this.folder, { recursive: true, force: true });
    return ended;
  }

  /** Ends a service without asking, as a crash would, and waits until it has come back and can work. */
  async killService(service: ServiceName): Promise<void> {
    const before = this.process(service)?.pid;
    if (before === undefined) throw new Error(`no process of ${service}`);
    process.kill(before, 'SIGKILL');
    await eventually(
      `${service} to come back`,
      async () => {
        const now = this.process(service)?.pid;
        if (now === undefined || now === before) return undefined;
        const answer = await fetch(`${this.urlOf(service)}/health/ready`).catch(() => undefined);
        return answer?.status === 200 ? true : undefined;
      },
      { withinMs: READY_MS },
    );
  }

  /** Of every program that runs now; of a pair each by its own name. */
  get processNames(): readonly string[] {
    return this.record.processes.map(({ name }) => name);
  }

  /** @param name of a program, or `supervisor` */
  pidOf(name: string): number {
    const pid = name === 'supervisor' ? this.record.pid : this.process(name)?.pid;
    if (pid === undefined) throw new Error(`no process of ${name}`);
    return pid;
  }

  /** Passwords of the message server, by service. */
  get natsPasswords(): Readonly<Record<ServiceName, string>> {
    return (this.json('secrets.json') as { readonly nats: Readonly<Record<ServiceName, string>> }).nats;
  }

  get ports(): Ports {
    return this.json('ports.json') as Ports;
  }

  urlOf(service: ServiceName): string {
    return `http://127.0.0.1:${String(this.ports[service === 'ops-gateway' ? 'gateway' : service])}`;
  }

  /** Every structured line that any service has written so far. */
  logLines(): readonly Record<string, unknown>[] {
    const folder = join(this.folder, 'logs');
    return readdirSync(folder)
      .filter((file) => file.endsWith('.log'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  private process(name: string): RunningProcess | undefined {
    return this.record.processes.find((one) => one.name === name);
  }

  private get record(): { readonly pid: number; readonly processes: readonly RunningProcess[] } {
    return this.json('fleet.json') as { readonly pid: number; readonly processes: readonly RunningProcess[] };
  }

  private json(file: string): unknown {
    return JSON.parse(readFileSync(join(this.folder, file), 'utf8'));
  }
}

const LOOK_MS = 100;

/** Looks until there is something to see. @throws Error that says what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  { withinMs = 20_000 }: { readonly withinMs?: number } = {},
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`waited ${String(withinMs)} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
