import type { Clock, Timers } from '@argosy/domain';
import type { HttpClient, MessageBus } from '@argosy/platform-port';
import { CommandError, EXIT } from '../exit-codes.js';
import type { Announcer } from './announcer.js';
import { BookMoney } from './book-money.js';
import { DENIAL_COUNTERS, Denials } from './denials.js';
import { readExchangeAccount } from './exchange-account.js';
import type { Fleet } from './fleet.js';
import { FleetBus } from './fleet-bus.js';
import { type Buckets, bucketsOf, quantile, readSamples, since } from './metric-text.js';
import { type Check, prove, type ProofFacts, type TwoBooks } from './proof.js';
import { RunTally } from './run-tally.js';

const LATENCY = 'argosy_execution_tick_to_socket_seconds';
const EXECUTION_NAMES: ReadonlySet<string> = new Set([...DENIAL_COUNTERS, `${LATENCY}_bucket`]);
const LOOK_EVERY_MS = 1_000;
const TELL_EVERY_MS = 10_000;
/** Fills of the last moment arrive by sweeps; a difference that stays so long is one. */
const SETTLE_WITHIN_MS = 30_000;
const SETTLE_LOOK_MS = 250;
const PAGE_WITHIN_MS = 2_000;
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

export interface RunParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly http: HttpClient;
  readonly announcer: Announcer;
}

/** What of a fleet a run looks at: one that was started here, or one that runs already. */
export type ProvableFleet = Pick<
  Fleet,
  'accountIds' | 'connect' | 'instances' | 'liveAccounts' | 'ports' | 'secrets' | 'venues'
>;

/** Follows one run of trading: counts while it goes, and proves the books when it is over. */
export class TradingRun {
  readonly denials = new Denials();
  readonly tally: RunTally;
  readonly bus: FleetBus;
  #latencyBefore: Buckets = [];
  #latency: Buckets = [];
  #isOver = false;
  #following: Promise<void> = Promise.resolve();
  #startedMs = 0;

  constructor(
    private readonly fleet: ProvableFleet,
    private readonly connection: MessageBus & { close(): Promise<void> },
    private readonly parts: RunParts,
  ) {
    this.bus = new FleetBus(connection);
    this.tally = new RunTally(this.bus, fleet.accountIds);
  }

  /** What happened before does not count. */
  async begin(): Promise<void> {
    await this.tally.begin();
    await this.#look();
    this.denials.begin();
    this.#latencyBefore = this.#latency;
    this.#startedMs = this.parts.clock.monotonicMs();
    this.#following = this.#follow();
  }

  /** Milliseconds since it began. */
  get elapsedMs(): number {
    return this.parts.clock.monotonicMs() - this.#startedMs;
  }

  latencyMicros(q: number): number | null {
    const seconds = quantile(since(this.#latencyBefore, this.#latency), q);
    return seconds === undefined ? null : Math.round(seconds * 1_000_000);
  }

  /** Waits until both sides agree, as long as they may need for it, and says what holds then. */
  async prove(): Promise<{ readonly checks: readonly Check[]; readonly facts: ProofFacts }> {
    const money = new BookMoney(this.fleet.ports.postgres, this.fleet.secrets.postgres.ledger);
    const { clock, timers } = this.parts;
    const startedMs = clock.monotonicMs();
    try {
      for (;;) {
        await this.#look();
        const facts = await this.#facts(money);
        const checks = prove(facts);
        const isSettled = checks.every(({ name, ok }) => ok || name === 'traded');
        if (isSettled || clock.monotonicMs() - startedMs > SETTLE_WITHIN_MS) return { checks, facts };
        await timers.sleep(SETTLE_LOOK_MS);
      }
    } finally {
      await money.close();
    }
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#following;
    await this.connection.close();
  }

  async #facts(money: BookMoney): Promise<ProofFacts> {
    const newestFacts = await this.tally.advance();
    const [openOrders, integrity, positions] = await Promise.all([
      this.bus.openOrders(),
      this.bus.integrity(),
      this.bus.positions(),
    ]);
    const accounts: TwoBooks[] = [];
    for (const { accountId, address } of this.fleet.liveAccounts) {
      const exchange = await readExchangeAccount(this.parts.http, this.fleet.venues.hyperliquidApi, address);
      accounts.push({ accountId, exchange, ledgerRawCash: await money.rawCash(accountId), ledgerPositions: positions });
    }
    return { orders: this.tally.orders, fills: this.tally.fills, openOrders, accounts, integrity, newestFacts };
  }

  /** Counts and tells until it is over; a service that is being started again is asked again later. */
  async #follow(): Promise<void> {
    const { timers, announcer } = this.parts;
    let toldMs = 0;
    let hasFill = false;
    while (!this.#isOver) {
      await timers.sleep(LOOK_EVERY_MS);
      if (this.#isOver) return;
      await this.#look();
      await this.tally.advance().catch(() => undefined);
      if (!hasFill && this.tally.fills > 0) {
        hasFill = true;
        announcer.ready(
          'first fill',
          `${(this.elapsedMs / 1_000).toLocaleString('en-GB', { maximumFractionDigits: 1 })} s after trading was enabled`,
        );
      }
      if (this.elapsedMs - toldMs < TELL_EVERY_MS) continue;
      toldMs = this.elapsedMs;
      announcer.waits('trading', `${String(this.tally.orders)} orders accepted, ${String(this.tally.fills)} fills`);
    }
  }

  async #look(): Promise<void> {
    const instances = [...this.fleet.instances('execution'), ...this.fleet.instances('risk')];
    const pages = await Promise.all(
      instances.map(async ({ name, url }) => ({ name, samples: await this.#page(`${url}/metrics`) })),
    );
    for (const { name, samples } of pages) this.denials.look(samples, name);
    const buckets = bucketsOf(
      pages.flatMap(({ samples }) => samples),
      LATENCY,
    );
    if (buckets.length > 0) this.#latency = buckets;
  }

  async #page(url: string): Promise<ReturnType<typeof readSamples>> {
    try {
      const { status, body } = await this.parts.http.request({
        method: 'GET',
        url,
        timeoutMs: PAGE_WITHIN_MS,
        maxResponseBytes: PAGE_BYTES_MAX,
      });
      return status === 200 ? readSamples(body, EXECUTION_NAMES) : [];
    } catch {
      return [];
    }
  }
}

/** Begins to follow a run. @throws CommandError when the fleet does not answer. */
export async function beginRun(fleet: ProvableFleet, parts: RunParts): Promise<TradingRun> {
  const run = new TradingRun(fleet, await fleet.connect('ops-gateway'), parts);
  try {
    await run.begin();
    return run;
  } catch (error) {
    await run.close();
    throw error instanceof CommandError
      ? error
      : new CommandError(EXIT.unreachable, `the services do not answer: ${String(error)}`);
  }
}
