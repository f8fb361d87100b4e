import type { ServiceName } from '@argosy/contracts';
import { Fault } from '@argosy/domain';
import type { HttpClient } from '@argosy/platform-port';
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import { isAlive, isRunning } from '../fleet/running-record.js';
import { FileSizeLimit } from './file-size-limit.js';
import type { FoundFleet } from './found-fleet.js';
import { descendants, signalIfThere } from './process-tree.js';
import type { DiskUser, Target } from './scenario.js';

export interface SeenInstance {
  readonly name: string;
  readonly role: string | undefined;
  readonly epoch: number;
  readonly isReady: boolean;
  /** Waits for its turn and for nothing else. */
  readonly isWarm: boolean;
}

export interface FoundProcess {
  readonly name: string;
  readonly pid: number;
}

const HEALTH_WITHIN_MS = 500;
const HEALTH_BYTES_MAX = 262_144;
/** Whoever froze something may be killed before it thaws it: somebody else does so a little later. */
const THAW_LATE_MS = 2_000;

/** The processes of one local fleet: who they are, and what signals do to them. */
export class FleetProcesses {
  constructor(
    private readonly fleet: FoundFleet,
    private readonly http: HttpClient,
  ) {}

  /** Both of a pair, or the only one. */
  instances(service: ServiceName): Promise<readonly SeenInstance[]> {
    return Promise.all(this.fleet.instances(service).map((instance) => this.#look(instance)));
  }

  /** Whoever leads with a newer epoch, as soon as it says so: its frozen twin is not waited for. */
  newerLeader(service: ServiceName, epoch: number): Promise<SeenInstance | undefined> {
    const isSingle = this.fleet.instances(service).length === 1;
    const looks = this.fleet.instances(service).map((instance) => this.#look(instance));
    return new Promise((resolve, reject) => {
      for (const look of looks)
        void look.then((seen) => {
          if (seen.isReady && seen.epoch > epoch && (isSingle || seen.role === 'primary')) resolve(seen);
        }, reject);
      void Promise.all(looks).then(() => resolve(undefined), reject);
    });
  }

  async leader(service: ServiceName): Promise<SeenInstance | undefined> {
    const seen = await this.instances(service);
    // A service that runs once has nobody to compete with.
    return seen.length === 1 ? seen[0] : seen.find(({ role }) => role === 'primary');
  }

  /** @throws CommandError when nobody of that name runs */
  async find(who: Target): Promise<FoundProcess> {
    const name = await this.#nameOf(who);
    const found = (await this.fleet.processes()).find((process) => process.name === name);
    // Never a process that only has the number of one of ours.
    if (found !== undefined && (await isRunning(found.pid, found.program))) return { name: found.name, pid: found.pid };
    throw new CommandError(
      EXIT.unreachable,
      `no process of ${who} runs`,
      'argosy status tells what does.',
      'NO_PROCESS',
    );
  }

  /** Whether the supervisor runs another one in its place. */
  async hasReplaced(pid: number): Promise<boolean> {
    if (isAlive(pid)) return false;
    const before = this.fleet.record.processes.length;
    const now = await this.fleet.processes();
    return now.length >= before && now.every((process) => process.pid !== pid);
  }

  signal(pid: number, name: NodeJS.Signals): void {
    process.kill(pid, name);
  }

  /** Stops a process and what it has started. @returns what lets them go on */
  async freeze(pid: number, forMs: number): Promise<() => void> {
    process.kill(pid, 'SIGSTOP');
    const pids = [pid, ...(await descendants(pid))];
    for (const one of pids) signalIfThere(one, 'SIGSTOP');
    const seconds = Math.ceil((forMs + THAW_LATE_MS) / 1_000);
    const script = `sleep ${String(seconds)}; kill -CONT ${pids.join(' ')}`;
    const guard = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
    guard.on('error', () => undefined);
    guard.unref();
    return () => {
      for (const one of [...pids].reverse()) signalIfThere(one, 'SIGCONT');
      if (guard.pid !== undefined) signalIfThere(-guard.pid, 'SIGKILL');
    };
  }

  /** What fills the disk of one user of it. @throws CommandError NO_PRLIMIT */
  fileSizeLimit(who: DiskUser): Promise<FileSizeLimit> {
    return FileSizeLimit.of(this.fleet, who);
  }

  /** Takes away what it has stored; nothing may write there meanwhile. */
  async wipeStore(who: 'nats'): Promise<void> {
    await rm(join(this.fleet.path, who), { recursive: true, force: true });
  }

  async #nameOf(who: Target): Promise<string> {
    if (!who.startsWith('leader:')) return who;
    const service = who.slice('leader:'.length) as ServiceName;
    const leader = await this.leader(service);
    if (leader !== undefined) return leader.name;
    throw new CommandError(
      EXIT.unreachable,
      `nobody leads ${service}`,
      'argosy status tells what it waits for.',
      'NO_LEADER',
    );
  }

  async #look({ name, url }: { readonly name: string; readonly url: string }): Promise<SeenInstance> {
    try {
      const { body } = await this.http.request({
        method: 'GET',
        url: `${url}/health`,
        timeoutMs: HEALTH_WITHIN_MS,
        maxResponseBytes: HEALTH_BYTES_MAX,
      });
      const { role, epoch, ready, conditions } = JSON.parse(body) as {
        readonly role?: string;
        readonly epoch?: number;
        readonly ready?: boolean;
        readonly conditions?: readonly { readonly name: string }[];
      };
      const isWarm = role === 'standby' && conditions?.some((condition) => condition.name === 'leadership') === true;
      return { name, role, epoch: epoch ?? 0, isReady: ready === true, isWarm };
    } catch (error) {
      if (!(error instanceof Fault) && !(error instanceof SyntaxError)) throw error;
      return { name, role: undefined, epoch: 0, isReady: false, isWarm: false };
    }
  }
}
