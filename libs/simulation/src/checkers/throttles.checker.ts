import { patterns } from '@argosy/contracts';
import type { JournalBatch } from '@argosy/execution-core';
import type { SimWorld } from '../fleet/sim-world.js';
import { RISK_SETTINGS } from '../fleet/fleet-settings.js';
import { Checker, type Coverage } from './checker.js';

const US = 1_000;
const SECOND_US = 1_000_000;
/** An approval may wait so long before it is durable: orders of a whole window may be durable within the rest of it. */
const WAIT_US = (RISK_SETTINGS.approvalValidityMs + RISK_SETTINGS.approvalGraceMs) * US;
const { rateWindowMs, strategyOrdersPerWindow, repeatWindowMs, repeatsPerWindow, runaway } = RISK_SETTINGS.limits;
/** So many seconds of a flood nobody who reads the orders can have missed. */
const FLOOD_SECONDS = 3;
const NOT_A_PERSON: ReadonlySet<string> = new Set(['', 'risk', 'execution', 'strategy-host', 'ops-gateway', 'system']);

interface Asked {
  secondUs: number;
  count: number;
  floods: number;
}

/** Throttles trip by themselves, hold whoever leads, and only a person lets go (I-21). Losses are not among them here. */
export class ThrottlesChecker extends Checker {
  private readonly passed = new Map<string, number[]>();
  private readonly asked = new Map<string, Asked>();
  /** Stopped strategies, and since when for good. */
  private readonly stopped = new Map<string, number>();
  private readonly everStopped = new Set<string>();
  /** Counts begin anew with each leader of risk: what it remembers of orders is not what passed before it. */
  private leaders: number[] = [];

  constructor(world: SimWorld, coverage: Coverage) {
    super(world, coverage);
    world.broker.listen({
      pattern: patterns.everySubmission,
      receive: ({ subject }) => this.submitted(subject.slice(subject.lastIndexOf('.') + 1)),
      reachable: () => true,
    });
  }

  /** Somebody asked for an order. */
  submitted(strategy: string): void {
    const { nowUs } = this.world;
    const asked = this.asked.get(strategy) ?? { secondUs: nowUs, count: 0, floods: 0 };
    this.asked.set(strategy, asked);
    if (nowUs - asked.secondUs >= SECOND_US) {
      // Twice the limit: some of them may not have arrived.
      if (asked.count > 2 * runaway.submissionsPerSecond) asked.floods += 1;
      asked.secondUs = nowUs;
      asked.count = 0;
    }
    asked.count += 1;
  }

  riskClaimed(): void {
    this.leaders.push(this.world.nowUs);
  }

  strategyStopped(strategy: string): void {
    this.saw('strategy stopped by risk');
    this.everStopped.add(strategy);
    if (!this.stopped.has(strategy)) this.stopped.set(strategy, this.world.nowUs);
  }

  strategyReenabled(strategy: string, actor: string): void {
    this.check('I-21', !NOT_A_PERSON.has(actor), () => `${strategy} was let go by '${actor}'`);
    this.stopped.delete(strategy);
  }

  wrote({ intents }: JournalBatch): void {
    for (const { intent } of intents) {
      const { strategyId: strategy, instrumentId, side, quantity, limitPrice, timeInForce } = intent;
      this.window(strategy, rateWindowMs, strategyOrdersPerWindow);
      const content = [strategy, instrumentId, side, quantity, limitPrice, timeInForce].join(' ');
      this.window(content, repeatWindowMs, repeatsPerWindow);
      const stoppedUs = this.stopped.get(strategy);
      const forUs = stoppedUs === undefined ? 0 : this.world.nowUs - stoppedUs;
      this.check('I-21', forUs <= WAIT_US, () => `${strategy} orders ${String(forUs / 1e6)} s after risk stopped it`);
    }
  }

  private window(what: string, windowMs: number, limit: number): void {
    const { nowUs } = this.world;
    const fromUs = nowUs - (windowMs * US - WAIT_US);
    const passed = (this.passed.get(what) ?? []).filter((atUs) => atUs > fromUs);
    passed.push(nowUs);
    this.passed.set(what, passed);
    const leaders = 1 + this.leaders.filter((atUs) => atUs > fromUs - WAIT_US).length;
    this.check(
      'I-21',
      passed.length <= limit * leaders,
      () => `${String(passed.length)} orders of ${what} passed in a row`,
    );
  }

  override calm(): void {
    for (const [strategy, { floods }] of this.asked) {
      if (floods < FLOOD_SECONDS) continue;
      this.saw('strategy gone mad');
      this.check('I-21', this.everStopped.has(strategy), () => `${strategy} flooded for ${String(floods)} s unstopped`);
    }
  }
}
