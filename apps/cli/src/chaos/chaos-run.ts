import { Fault } from '@argosy/domain';
import type { HttpClient } from '@argosy/platform-port';
import { CommandError, EXIT } from '../exit-codes.js';
import { Announcer } from '../fleet/announcer.js';
import { beginRun, type TradingRun } from '../fleet/trading-run.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import type { Shell } from '../shell.js';
import { Aftermath, knownOrders, nextFacts } from './aftermath.js';
import { type ChaosReport, chaosReport } from './chaos-report.js';
import { describePlan, type Plan } from './draw.js';
import { ExchangeControl } from './exchange-control.js';
import { FleetProcesses } from './fleet-processes.js';
import type { FoundFleet } from './found-fleet.js';
import { KillProof } from './kill-proof.js';
import { accountVerdict, banVerdict, epochVerdict } from './order-verdicts.js';
import { Patience } from './patience.js';
import type { Standing } from './standing.js';
import { Steering } from './steering.js';
import { type Strike, Strikes } from './strikes.js';
import { TruthFollower } from './truth-follower.js';
import { Undo } from './undo.js';
import { type Verdict, verdict } from './verdict.js';

export interface ChaosWorld {
  readonly shell: Shell;
  readonly http: HttpClient;
  readonly fleet: FoundFleet;
  readonly gateway: GatewayClient;
  readonly announcer: Announcer;
}

/** The fleet's own facts, from a sequence of each account on. */
interface FactsFrom {
  readonly connection: Awaited<ReturnType<FoundFleet['connect']>>;
  readonly from: ReadonlyMap<string, bigint>;
}

const READY_WITHIN_MS = 30_000;
const FIRST_ORDER_WITHIN_MS = 30_000;
const PROVED_WITHIN_MS = 30_000;
const NOT_TRADING = 'argosy status tells why; argosy enable and argosy strategy start let it trade.';

/** One run: the fleet trades, faults are done to it, they end, and what has to hold is looked at. */
export class ChaosRun {
  readonly #undo = new Undo();
  readonly #patience: Patience;
  readonly #control: ExchangeControl;
  readonly #processes: FleetProcesses;
  readonly #steering: Steering;
  readonly #truth: TruthFollower;
  readonly #aftermath: Aftermath;
  readonly #killProof: KillProof;

  constructor(
    private readonly world: ChaosWorld,
    private readonly plan: Plan,
    controlUrl: string,
  ) {
    const { shell, http, fleet, gateway, announcer } = world;
    this.#patience = new Patience(shell.clock, shell.timers);
    this.#control = new ExchangeControl(http, controlUrl);
    this.#processes = new FleetProcesses(fleet, http);
    this.#steering = new Steering(gateway);
    const addresses = new Set(fleet.liveAccounts.map(({ address }) => address.toLowerCase()));
    this.#truth = new TruthFollower(this.#control, this.#patience, addresses);
    const parts = {
      patience: this.#patience,
      announcer,
      fleet,
      processes: this.#processes,
      steering: this.#steering,
      truth: this.#truth,
    };
    this.#aftermath = new Aftermath(parts);
    this.#killProof = new KillProof(parts);
  }

  /** @throws CommandError when the fleet does not trade before, or somebody stops it; every fault is taken away first. */
  async run(): Promise<ChaosReport> {
    const { shell, announcer, fleet } = this.world;
    const listenNoMore = shell.onStop((why) => this.#patience.stop(why));
    const connection = await fleet.connect('ops-gateway');
    try {
      // Facts from before the exchange's record begins: an order of the moment between is known to both sides.
      const from = await nextFacts(connection, fleet.accountIds);
      const strategies = await this.#begin();
      const run = await beginRun(fleet, {
        ...this.world,
        clock: shell.clock,
        timers: shell.timers,
        // It tells of a whole run from its first fill on; this one has its own words.
        announcer: new Announcer({ ...shell.terminal, err: () => undefined }, shell.clock),
      });
      try {
        return await this.#through(run, strategies, { connection, from });
      } finally {
        await run.close();
      }
    } finally {
      await this.#undo.all((name, error) => announcer.fails(name, `could not be taken away: ${String(error)}`));
      await this.#truth.end();
      await connection.close();
      listenNoMore();
    }
  }

  /** The fleet trades, and nobody else does faults to it. Returns the strategies that run. */
  async #begin(): Promise<readonly string[]> {
    const { announcer } = this.world;
    const inForce = await this.#control.inForce();
    if (inForce.length > 0)
      throw new CommandError(
        EXIT.refused,
        `the exchange misbehaves already: ${inForce.join(', ')}`,
        'Another run goes on, or a person put these rules; wait, or take them away with DELETE /faults on the control port.',
        'FAULTS_IN_FORCE',
      );
    await this.#control.begin(this.plan.seed);
    await this.#truth.begin();
    let standing: Standing = { kind: 'unsettled', missing: 'nothing was seen yet' };
    const isActive = await this.#patience.until(
      async () => {
        standing = await this.#aftermath.standing();
        return standing.kind === 'active' ? true : undefined;
      },
      { withinMs: READY_WITHIN_MS },
    );
    if (isActive !== true) throw notTrading(standing);
    const first = await this.#patience.until(() => this.#truth.firstAccepted(0), { withinMs: FIRST_ORDER_WITHIN_MS });
    if (first === undefined)
      throw new CommandError(EXIT.refused, 'no order has been taken for 30 s', NOT_TRADING, 'NOT_TRADING');
    const whole = await this.#aftermath.paired(this.#patience.nowMs);
    if (whole.outcome !== 'held') announcer.warns('fleet', `is not whole: ${whole.detail}`);
    announcer.ready('fleet', 'trades; the faults begin');
    for (const line of describePlan(this.plan)) announcer.say(`           ${line}`);
    const all = (await this.#steering.strategies()) ?? [];
    return all.filter(({ status }) => status === 'running').map(({ strategy_id: id }) => id);
  }

  async #through(run: TradingRun, strategies: readonly string[], facts: FactsFrom): Promise<ChaosReport> {
    const { fleet, announcer } = this.world;
    const parts = {
      ...this.world,
      patience: this.#patience,
      control: this.#control,
      processes: this.#processes,
      steering: this.#steering,
      undo: this.#undo,
    };
    const bansBefore = (await this.#control.figures()).bans;
    // Whatever ends the run before its end leaves the fleet trading, as it was found.
    const restored = this.#undo.add('trading', () => this.#freshProof().restore(strategies));
    const led: Promise<readonly Verdict[]>[] = [];
    const strikes = await new Strikes(parts).all(this.plan.steps, (strike) => {
      const following = this.#aftermath.ledAgain(strike);
      following.catch(() => undefined);
      led.push(following);
    });
    announcer.ready('faults', 'are over');
    const checks = [
      happened(strikes),
      ...stayedUp(strikes),
      ...(await this.#after(strikes, strategies)),
      ...(await Promise.all(led)).flat(),
    ];
    checks.push(...(await this.#books(run)), ...(await this.#orders(facts, bansBefore)));
    await restored();
    announcer.waits('trading', 'goes on');
    return chaosReport(this.plan, { name: fleet.record.name, hasStandbys: fleet.hasStandbys }, strikes, checks);
  }

  /** What sets things right must be able to wait also after somebody asked to stop. */
  #freshProof(): KillProof {
    const { shell, announcer } = this.world;
    const patience = new Patience(shell.clock, shell.timers);
    return new KillProof({ patience, announcer, steering: this.#steering, truth: this.#truth });
  }

  /** It settles, and trades again; a kill is proved and lifted before. */
  async #after(strikes: readonly Strike[], strategies: readonly string[]): Promise<readonly Verdict[]> {
    const endedMs = Math.max(...strikes.map((strike) => strike.endedMs));
    const checks: Verdict[] = [];
    let sinceMs = endedMs;
    for (const { kill } of strikes) {
      if (kill === undefined) continue;
      checks.push(...(await this.#killProof.prove(kill, endedMs)));
      sinceMs = this.#patience.nowMs;
      await this.#killProof.lift(strategies);
    }
    const afterSeq = this.#truth.lastSeq;
    const { verdict: settled, standing } = await this.#aftermath.settled(sinceMs);
    checks.push(settled, await this.#aftermath.resumed(sinceMs, afterSeq, standing));
    checks.push(await this.#aftermath.paired(endedMs));
    return checks;
  }

  /** The books of both sides, in a moment in which nothing moves. */
  async #books(run: TradingRun): Promise<readonly Verdict[]> {
    const { announcer } = this.world;
    announcer.waits('books', 'trading rests for a moment; comparing with the exchange');
    const beganMs = this.#patience.nowMs;
    await this.#aftermath.quiet(run.bus);
    const { checks } = await this.#proved(run);
    return checks.map(({ name, ok, detail }) => {
      // A run that met no fill has nothing against it.
      if (name === 'traded' && !ok) return { what: name, ids: [], outcome: 'idle', ms: null, detail };
      const ms = name === 'no open orders' ? this.#patience.nowMs - beganMs : null;
      return verdict(name, BOOK_IDS[name] ?? [], ok ? [] : [detail], detail, ms);
    });
  }

  /** A service that is still coming back is asked again. */
  async #proved(run: TradingRun): ReturnType<TradingRun['prove']> {
    const proved = await this.#patience.until(() => run.prove().catch(notNow), { withinMs: PROVED_WITHIN_MS });
    return proved ?? run.prove();
  }

  async #orders({ connection, from }: FactsFrom, bansBefore: number): Promise<readonly Verdict[]> {
    await this.#truth.catchUp();
    const known = await knownOrders(connection, from);
    const { entries, forgotten } = this.#truth;
    const gap =
      forgotten === 0
        ? []
        : [verdict('the exchange’s record is whole', [], [`${String(forgotten)} entries are lost`], '')];
    return [
      epochVerdict(entries),
      accountVerdict(entries, known),
      banVerdict(bansBefore, (await this.#control.figures()).bans),
      ...gap,
    ];
  }
}

const BOOK_IDS: Readonly<Record<string, readonly string[]>> = {
  'no open orders': ['I-27'],
  'every fact booked': ['I-42'],
  'trial balance': ['I-33', 'I-34'],
  'hash chain': ['I-35'],
  'data integrity': ['I-37'],
  'cash equals the exchange': ['I-38'],
  'positions equal the exchange': ['I-29'],
};

function notNow(error: unknown): undefined {
  if (error instanceof CommandError || error instanceof Fault) return undefined;
  throw error;
}

/** A run in which nothing went wrong proves nothing. */
export function happened(strikes: readonly Strike[]): Verdict {
  const idle = strikes.filter(({ acted }) => acted === 0).map(({ planned }) => planned.step);
  const acts = strikes.reduce((sum, { acted }) => sum + acted, 0);
  const names = idle.map((step) => (step.kind === 'venue' ? step.fault : step.kind));
  return verdict(
    'the faults happened',
    ['F-54'],
    acts === 0 ? [`nothing met ${names.join(', ')}`] : [],
    `${String(acts)} times${names.length === 0 ? '' : `; nothing met ${names.join(', ')}`}`,
  );
}

/** A service that cannot write a file works on; servers may end, and are started again. */
export function stayedUp(strikes: readonly Strike[]): readonly Verdict[] {
  return strikes.flatMap(({ planned: { step }, ended }) =>
    step.kind === 'full_disk' && step.who === 'services'
      ? [verdict('no service ends for a full disk', ['F-14'], ended ?? [], 'every process is the same as before')]
      : [],
  );
}

function notTrading(standing: Standing): CommandError {
  const why = standing.kind === 'halted' ? standing.reason : standing.kind === 'unsettled' ? standing.missing : '';
  return new CommandError(EXIT.refused, `the fleet does not trade: ${why}`, NOT_TRADING, 'NOT_TRADING');
}
