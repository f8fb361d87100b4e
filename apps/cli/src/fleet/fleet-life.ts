import type { Clock, Random, Timer, Timers } from '@argosy/domain';
import type { HttpClient } from '@argosy/platform-port';
import type { UpOptions } from '../commands/up.command.js';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import { GatewayClient } from '../gateway/gateway-client.js';
import { spell } from '../commands/option-values.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Announcer } from './announcer.js';
import { Demonstration } from './demonstration.js';
import type { Fleet } from './fleet.js';
import { FleetBus } from './fleet-bus.js';
import { hasPlaybackEnded } from './playback.js';
import { type RunReport, runReport } from './run-report.js';
import { showReport } from './show-report.js';
import { beginRun, type TradingRun } from './trading-run.js';

const PLAYBACK_LOOK_MS = 500;

export interface LifeParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly http: HttpClient;
  readonly terminal: Terminal;
  readonly announcer: Announcer;
}

type End = 'stopped' | 'time is over' | 'the market halted';

/** What a started fleet does until it ends: nothing when cold, the demonstration on the simulator, a run with `--duration`. */
export class FleetLife {
  readonly #demonstration: Demonstration;

  constructor(
    private readonly fleet: Fleet,
    private readonly parts: LifeParts,
    private readonly options: UpOptions,
    private readonly stopWish: Promise<string>,
  ) {
    const place = { url: fleet.gatewayUrl, key: fleet.secrets.keys['local-demo'] };
    this.#demonstration = new Demonstration(
      new GatewayClient(place, parts),
      parts.announcer,
      fleet.files.paths.strategies,
    );
  }

  async run(): Promise<ExitCode> {
    const { fleet, options } = this;
    const isKilled = await this.#shutTheGate();
    this.parts.announcer.say('Status: READY (trading disabled)');
    const mayTrade = fleet.isSimulated && options.cold !== true;
    if (!mayTrade || (isKilled && options.duration === undefined)) return this.#stayCold(isKilled);
    if (isKilled)
      throw new CommandError(
        EXIT.refused,
        'the kill switch is latched, so there is nothing to run for so long',
        'Start without --duration, then argosy resume "reason".',
        'KILLED',
      );
    if (!fleet.has('ops-gateway') || !fleet.has('strategy-host'))
      throw new CommandError(
        EXIT.fleetFailed,
        'ops-gateway or strategy-host is not built, so nothing can trade',
        'Run npm run build, or start with --cold.',
      );
    if (options.recording !== undefined && (await this.#isPlayed()))
      throw new CommandError(
        EXIT.failedCheck,
        'this recorded set has been played to its end',
        'Start with --fresh to play it again.',
        'RECORDING_ENDED',
      );
    return this.#trade();
  }

  async #stayCold(isKilled: boolean): Promise<ExitCode> {
    this.#tellPlaces(
      isKilled
        ? 'the kill switch is latched; argosy resume "reason", then argosy enable'
        : this.fleet.isSimulated
          ? 'trading is disabled'
          : 'trading is disabled; against a real venue only a person enables it',
    );
    this.parts.announcer.say(`argosy: stopping (${await this.stopWish})`);
    return EXIT.ok;
  }

  async #trade(): Promise<ExitCode> {
    const { announcer } = this.parts;
    const run = await beginRun(this.fleet, this.parts);
    try {
      await this.#demonstration.begin();
      this.#tellPlaces('trading on the simulated exchange');
      const end = await this.#untilOver(run);
      announcer.say(
        `argosy: ${end === 'stopped' ? `stopping (${await this.stopWish})` : end}; strategies stop, orders are cancelled`,
      );
      await this.#demonstration.end();
      const isProved = this.options.duration !== undefined || end !== 'stopped';
      if (!isProved) return EXIT.ok;
      const holds = await this.#prove(run);
      // A run that was stopped before its time proves what it did, and says that it was stopped.
      return holds && end === 'stopped' ? EXIT.interrupted : holds ? EXIT.ok : EXIT.failedCheck;
    } finally {
      await run.close();
    }
  }

  /** Whether every check holds. */
  async #prove(run: TradingRun): Promise<boolean> {
    this.parts.announcer.say('argosy: comparing the books with the exchange');
    const proof = await run.prove();
    const report = runReport(proof, {
      seed: this.options.seed,
      denials: run.denials.byCode,
      pnl: await run.bus.pnl(),
      p50: run.latencyMicros(0.5),
      p99: run.latencyMicros(0.99),
    });
    this.#tell(report);
    return report.ok;
  }

  #tell(report: RunReport): void {
    const { terminal } = this.parts;
    if (this.options.output === 'json') terminal.out(`${JSON.stringify(report)}\n`);
    else terminal.out(showReport(report, terminal.colour));
  }

  /** Resolves when somebody asks to stop, the time is over, or a recording has been played. */
  async #untilOver(run: TradingRun): Promise<End> {
    const { timers } = this.parts;
    const { duration } = this.options;
    let isOver = false;
    const stopped = this.stopWish.then((): End => 'stopped');
    const others: Promise<End>[] = [stopped];
    let timer: Timer | undefined;
    if (duration !== undefined) {
      const leftMs = Math.max(0, duration - run.elapsedMs);
      others.push(new Promise((resolve) => (timer = timers.after(leftMs, () => resolve('time is over')))));
    }
    if (this.options.recording !== undefined) others.push(this.#untilPlayed(() => isOver));
    const end = await Promise.race(others);
    isOver = true;
    timer?.cancel();
    return end;
  }

  async #untilPlayed(isOver: () => boolean): Promise<End> {
    while (!isOver() && !(await this.#isPlayed())) await this.parts.timers.sleep(PLAYBACK_LOOK_MS);
    return 'the market halted';
  }

  #isPlayed(): Promise<boolean> {
    return hasPlaybackEnded(`${this.fleet.folder.output}/exchange-sim.log`);
  }

  /**
   * A fleet that ended while it traded comes back with trading enabled; a start ends READY with it disabled (FL-2).
   * @returns whether the kill switch is latched.
   */
  async #shutTheGate(): Promise<boolean> {
    if (!this.fleet.has('risk')) return false;
    const connection = await this.fleet.connect('ops-gateway');
    try {
      const bus = new FleetBus(connection);
      const { tradingEnabled, kill } = await bus.tradingState();
      if (tradingEnabled) await bus.disableTrading('local-start', 'a start ends with trading disabled');
      if (kill !== undefined)
        this.parts.announcer.warns(
          'kill switch',
          `latched by ${kill.actor}: ${kill.reason}; argosy resume "reason" lifts it`,
        );
      return kill !== undefined;
    } finally {
      await connection.close();
    }
  }

  #tellPlaces(state: string): void {
    const { terminal, announcer } = this.parts;
    const { fleet, options } = this;
    const { colour } = terminal;
    const row = (name: string, text: string): void => announcer.say(`  ${colour('dim', name.padEnd(8))} ${text}`);
    announcer.say(`${colour('strong', 'Argosy is up')}: ${state}.`);
    row('API', `${fleet.gatewayUrl}/api/v1/status, described at ${fleet.gatewayUrl}/api/docs`);
    row('watch', 'npx argosy watch');
    row('stop all', 'npx argosy kill "reason"   (orders cancelled, trading latched off)');
    row('logs', fleet.folder.logs);
    row(
      'end',
      options.duration === undefined
        ? 'Ctrl-C, or npx argosy down'
        : `by itself after ${spell(options.duration)}, or Ctrl-C`,
    );
  }
}
