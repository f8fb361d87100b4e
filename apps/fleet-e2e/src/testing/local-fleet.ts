import type { ServiceName } from '@argosy/contracts';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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

type Ports = Readonly<Record<ServiceName | 'gateway' | 'nats' | 'postgres', number>>;

/** A fleet as a person starts it, `argosy up`, on free ports and in a data folder of its own. */
export class LocalFleet {
  private constructor(
    private readonly child: ChildProcess,
    readonly folder: string,
    private readonly output: () => string,
  ) {}

  /** Resolves when the fleet says that it is up; what it printed is in the error when it never does. */
  static async up({ name, options = [], env = {} }: FleetWish): Promise<LocalFleet> {
    const args = [join(ROOT, 'apps/cli/bin/argosy.mjs'), 'up', '--name', name, '--fresh', '--port', '0', ...options];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const keep = (part: Buffer): void => {
      printed += part.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const fleet = new LocalFleet(child, join(ROOT, '.argosy/data', name), () => printed);
    try {
      await eventually('the fleet to be up', () => fleet.isUp() || undefined, { withinMs: READY_MS });
    } catch (error) {
      await fleet.down();
      throw error;
    }
    return fleet;
  }

  /** Ends it as a person does and resolves when all of it is gone. */
  async down(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const hurry = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(hurry);
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

  private isUp(): boolean {
    if (this.child.exitCode !== null)
      throw new Error(`argosy up ended with ${String(this.child.exitCode)}:\n${this.output()}`);
    return this.output().includes('Argosy is up');
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
