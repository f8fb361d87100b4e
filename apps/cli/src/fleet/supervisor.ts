import type { Clock, Timers } from '@argosy/domain';
import { Fault } from '@argosy/domain';
import type { HttpClient } from '@argosy/platform-port';
import { join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import type { Announcer } from './announcer.js';
import { describeEnd, endOfFile, LEFT_EXIT_CODE, ManagedProcess, type ProcessSpec } from './managed-process.js';

/** A configuration error: starting again would say the same. */
const CONFIG_EXIT_CODE = 78;
/** Nobody dies so often on the way up and is fine afterwards. */
const STARTING_DEATHS_MAX = 3;
const PROBE_PAUSE_MS = 60;
const PROBE_TIMEOUT_MS = 2_000;
const TELL_AGAIN_MS = 3_000;
const HEALTH_BYTES_MAX = 262_144;
const LOG_BYTES = 65_536;

export interface SupervisorParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly http: HttpClient;
  readonly announcer: Announcer;
  /** Where the services write their structured logs. */
  readonly logFolder: string;
  /** Somebody has a new process id. */
  readonly onChange: () => void;
}

/** Resolves when it holds, rejects with the reason until then. */
export type Probe = () => Promise<void>;

/** Runs the fleet's programs: knows each one's process, waits until it can work, starts it again, ends all in order. */
export class Supervisor {
  readonly #processes = new Map<string, ManagedProcess>();
  #phase: 'starting' | 'running' | 'stopping' = 'starting';

  constructor(private readonly parts: SupervisorParts) {}

  get processes(): readonly ManagedProcess[] {
    return [...this.#processes.values()];
  }

  process(name: string): ManagedProcess | undefined {
    return this.#processes.get(name);
  }

  get isStopping(): boolean {
    return this.#phase === 'stopping';
  }

  /** @throws CommandError once the end has begun: whoever starts anything then leaves it behind for ever */
  start(spec: ProcessSpec): ManagedProcess {
    if (this.isStopping) throw new CommandError(EXIT.interrupted, `stopped before ${spec.name} was started`);
    const { clock, timers, onChange } = this.parts;
    const process = new ManagedProcess(spec, {
      clock,
      timers,
      onSpawn: () => onChange(),
      onDeath: (dead, end, pauseMs) => {
        const again = `starting it again in ${String(pauseMs)} ms`;
        if (end.code === LEFT_EXIT_CODE) this.parts.announcer.waits(dead.name, `no longer leads; ${again}`);
        else this.parts.announcer.warns(dead.name, `ended with ${describeEnd(end)}; ${again}`);
        onChange();
        if (this.#phase === 'running') void this.#watchReturn(dead);
      },
    });
    this.#processes.set(spec.name, process);
    process.start();
    return process;
  }

  /** Whoever waits for somebody to get ready waits no longer. */
  giveUpStarting(): void {
    if (this.#phase === 'starting') this.#phase = 'stopping';
  }

  /** Everything is up: from now on a death is mended for ever and never fails the start. */
  running(): void {
    if (this.#phase === 'starting') this.#phase = 'running';
  }

  /**
   * Waits until the probe holds, telling its reason as it changes.
   * @throws CommandError with the end of its output when it does not stay up, or with the reason when it takes too long.
   */
  async until(process: ManagedProcess, probe: Probe, withinMs: number): Promise<void> {
    const { clock, timers, announcer } = this.parts;
    const startedMs = clock.monotonicMs();
    let told = '';
    let toldMs = startedMs;
    for (;;) {
      const reason = await probe().then(
        () => undefined,
        (error: unknown) => reasonOf(error),
      );
      if (reason === undefined) return;
      this.#refuseHopeless(process);
      const nowMs = clock.monotonicMs();
      if (nowMs - startedMs > withinMs)
        throw new CommandError(
          EXIT.fleetFailed,
          `${process.name} was not ready within ${String(withinMs / 1_000)} s: ${reason}${this.#lastWords(process)}`,
        );
      // The first moments of every start are refused connections: nothing to tell.
      if (reason !== told && nowMs - toldMs > TELL_AGAIN_MS) {
        announcer.waits(process.name, reason);
        [told, toldMs] = [reason, nowMs];
      }
      await timers.sleep(PROBE_PAUSE_MS);
      if (this.isStopping) throw new CommandError(EXIT.interrupted, `stopped while ${process.name} was starting`);
    }
  }

  /** Whether the service at this address can work, with its own words when not. */
  readonly healthProbe =
    (url: string): Probe =>
    async () => {
      const answer = await this.parts.http.request({
        method: 'GET',
        url,
        timeoutMs: PROBE_TIMEOUT_MS,
        maxResponseBytes: HEALTH_BYTES_MAX,
      });
      if (answer.status === 200) return;
      let waiting: unknown;
      try {
        const body = JSON.parse(answer.body) as { waiting?: unknown; status?: unknown };
        waiting = body.waiting ?? body.status;
      } catch {
        waiting = undefined;
      }
      throw new Error(typeof waiting === 'string' ? `waiting for ${waiting}` : `answers ${String(answer.status)}`);
    };

  /** Whether the service at this address stands by, or leads already. */
  readonly standbyProbe =
    (url: string): Probe =>
    async () => {
      const { http } = this.parts;
      const asked = { method: 'GET', url: `${url}/health`, timeoutMs: PROBE_TIMEOUT_MS } as const;
      const { body } = await http.request({ ...asked, maxResponseBytes: HEALTH_BYTES_MAX });
      const { status, waiting } = JSON.parse(body) as { status?: unknown; waiting?: unknown };
      if (status === 'standby' || status === 'ready') return;
      throw new Error(typeof waiting === 'string' ? `waiting for ${waiting}` : `is ${String(status)}`);
    };

  /** Ends one service after the other, both of a pair at once so that neither takes over; who does not exist is skipped. */
  async stop(services: readonly string[]): Promise<void> {
    this.#phase = 'stopping';
    for (const service of services) {
      const pair = this.processes.filter(({ name }) => name === service || serviceOf(name) === service);
      await Promise.all(pair.map((process) => this.#stopOne(process)));
    }
  }

  async #stopOne(process: ManagedProcess): Promise<void> {
    if (process.pid === undefined) return void (await process.stop());
    const end = await process.stop();
    const wasKilled = end.signal === 'SIGKILL' || end.signal === 'SIGQUIT';
    this.parts.announcer.waits(process.name, wasKilled ? 'did not end in time and was killed' : 'stopped');
  }

  /** Sends a signal to every instance of these services that runs now. Returns who got it. */
  tell(services: readonly string[], signal: NodeJS.Signals): readonly string[] {
    const meant = this.processes.filter(({ name, pid }) => pid !== undefined && services.includes(serviceOf(name)));
    for (const process of meant) process.signal(signal);
    return meant.map(({ name }) => name);
  }

  /** Ends everything at once. */
  killAll(): void {
    this.#phase = 'stopping';
    for (const process of this.processes) {
      void process.stop();
      process.kill();
    }
  }

  #refuseHopeless(process: ManagedProcess): void {
    const { lastEnd, deaths } = process;
    if (lastEnd === undefined || this.#phase !== 'starting') return;
    if (lastEnd.code !== CONFIG_EXIT_CODE && deaths < STARTING_DEATHS_MAX) return;
    throw new CommandError(
      EXIT.fleetFailed,
      `${process.name} ended with ${describeEnd(lastEnd)}${this.#lastWords(process)}`,
    );
  }

  /** What it printed, or else the last error that it logged. */
  #lastWords(process: ManagedProcess): string {
    const tail = process.tail();
    if (tail !== '') return `; the end of ${process.spec.outputFile}:\n${tail}`;
    const path = join(this.parts.logFolder, 'errors.log');
    const lines = endOfFile(path, LOG_BYTES).split('\n').reverse();
    const message = lines.map((line) => errorOf(line, serviceOf(process.name))).find((text) => text !== undefined);
    return message === undefined ? `; nothing in ${process.spec.outputFile} and ${path}` : `: ${message} (${path})`;
  }

  async #watchReturn(process: ManagedProcess): Promise<void> {
    const { timers, announcer } = this.parts;
    while (process.pid === undefined && !this.isStopping) await timers.sleep(PROBE_PAUSE_MS);
    if (!this.isStopping) announcer.ready(process.name, `started again, process ${String(process.pid)}`);
  }
}

/** `execution-2` is an instance of `execution`. */
export const serviceOf = (name: string): string => name.replace(/-\d+$/, '');

/** The message of a logged error of this component; undefined for any other line. */
function errorOf(line: string, component: string): string | undefined {
  try {
    const entry = JSON.parse(line) as {
      component?: string;
      event_type?: string;
      data?: { error?: { message?: string } };
    };
    return entry.component === component ? (entry.data?.error?.message ?? entry.event_type) : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Fault && error.code === 'VENUE_UNAVAILABLE') return 'does not answer yet';
  if (error instanceof Fault && error.code === 'OUTCOME_UNKNOWN') return 'does not answer yet';
  return error instanceof Error ? error.message : String(error);
}
