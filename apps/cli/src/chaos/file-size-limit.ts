import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { CommandError, EXIT } from '../exit-codes.js';
import { databaseIdentity } from '../fleet/postgres-server.js';
import type { FoundFleet } from './found-fleet.js';
import { descendants, signalIfThere } from './process-tree.js';
import { type DiskUser, SERVERS } from './scenario.js';

const run = promisify(execFile);

/** Whoever set a limit may be killed before it lifts it: somebody else does so a little later. */
const LIFT_LATE_MS = 2_000;
const SERVER_NAMES: ReadonlySet<string> = new Set(SERVERS);

/**
 * A full disk, as its users see it: a limit of zero on the size of their files, set from outside while they run. Every
 * write fails (EFBIG), every read works, and no disk of this machine is really full.
 *
 * Set again and again, because whoever is started meanwhile has no limit yet.
 */
export class FileSizeLimit {
  readonly #limited = new Set<number>();
  readonly #guards: number[] = [];
  readonly #seen = new Map<string, number>();
  readonly #ended = new Set<string>();

  private constructor(
    private readonly fleet: FoundFleet,
    private readonly who: DiskUser,
    private readonly usual: string,
    private readonly identity: Awaited<ReturnType<typeof databaseIdentity>>,
  ) {}

  /** @throws CommandError NO_PRLIMIT where there is no such tool */
  static async of(fleet: FoundFleet, who: DiskUser): Promise<FileSizeLimit> {
    // Only an account's own processes may be limited, and the database runs under its own where we are root.
    const identity = who === 'postgres' ? await databaseIdentity(process.getuid?.() === 0) : undefined;
    const asked = ['--pid', String(fleet.record.pid), '--fsize', '--noheadings', '--output', 'SOFT'];
    const { stdout } = await run('prlimit', asked).catch((error: unknown) => {
      throw new CommandError(
        EXIT.refused,
        `prlimit does not run: ${(error as Error).message}`,
        'It is part of util-linux, on Linux only; the other scenarios do without.',
        'NO_PRLIMIT',
      );
    });
    return new FileSizeLimit(fleet, who, stdout.trim(), identity);
  }

  /** Programs that have ended while their disk was full. */
  get ended(): readonly string[] {
    return [...this.#ended];
  }

  /** Limits those who are not limited yet. @param forMs after which it is lifted by itself, should nobody lift it */
  async set(forMs: number): Promise<void> {
    const all = await this.#pids();
    const fresh = all.filter((pid) => !this.#limited.has(pid));
    if (fresh.length === 0) return;
    for (const pid of fresh) this.#limited.add(pid);
    this.#liftLater(fresh, forMs + LIFT_LATE_MS);
    await Promise.all(fresh.map((pid) => this.#limit(pid, '0')));
  }

  /** Also of the children that a limited process has had meanwhile. */
  async lift(): Promise<void> {
    const all = new Set([...this.#limited, ...(await this.#pids())]);
    await Promise.all([...all].map((pid) => this.#limit(pid, this.usual)));
    for (const guard of this.#guards.splice(0)) signalIfThere(-guard, 'SIGKILL');
  }

  async #pids(): Promise<readonly number[]> {
    const processes = await this.fleet.processes();
    const meant = processes.filter(({ name }) =>
      this.who === 'services' ? !SERVER_NAMES.has(name) : name === this.who,
    );
    for (const { name, pid } of meant) {
      if ((this.#seen.get(name) ?? pid) !== pid) this.#ended.add(name);
      this.#seen.set(name, pid);
    }
    return (await Promise.all(meant.map(async ({ pid }) => [pid, ...(await descendants(pid))]))).flat();
  }

  /** The soft limit alone, which its owner may raise again. */
  async #limit(pid: number, bytes: string): Promise<void> {
    // It may have ended by itself meanwhile.
    await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { ...this.identity }).catch(() => undefined);
  }

  #liftLater(pids: readonly number[], afterMs: number): void {
    const script = `sleep ${String(Math.ceil(afterMs / 1_000))}; for pid in ${pids.join(' ')}; do prlimit --pid $pid --fsize=${this.usual}:; done`;
    const guard = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore', ...this.identity });
    guard.on('error', () => undefined);
    guard.unref();
    if (guard.pid !== undefined) this.#guards.push(guard.pid);
  }
}
