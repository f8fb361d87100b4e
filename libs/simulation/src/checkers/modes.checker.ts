import { subjects, type TradingState, tradingStateCodec } from '@argosy/contracts';
import type { JournalBatch } from '@argosy/execution-core';
import { ACCOUNT, EXECUTION_SETTINGS } from '../fleet/fleet-settings.js';
import type { SentAction } from '../fleet/sent-action.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { plainId } from '../fleet/sent-action.js';
import type { Coverage } from './checker.js';
import { Checker } from './checker.js';
import type { SimWorld } from '../fleet/sim-world.js';

/** As the requirement orders them, from the most to the least; written here a second time, on purpose. */
const ORDER = ['full', 'reduce_only', 'cancel_only', 'halted'] as const;
type Mode = (typeof ORDER)[number];

/** What the policy declares for each part that fails; written down a second time likewise. */
const DECLARED: Readonly<Record<string, Mode>> = {
  'postgres unreachable': 'cancel_only',
  'nats unreachable': 'cancel_only',
  'market_data degraded': 'reduce_only',
  'market_data unreachable': 'cancel_only',
  'clock uncertain': 'cancel_only',
  'venue degraded': 'reduce_only',
  'venue unreachable': 'cancel_only',
  'venue key_revoked': 'halted',
  'venue foreign_epoch': 'halted',
  'circuit_breaker tripped': 'reduce_only',
  'loss_limit breached': 'reduce_only',
  'loss_limit exhausted': 'cancel_only',
  'loss_limit unknown': 'reduce_only',
  'operator reduce_only': 'reduce_only',
  'operator draining': 'cancel_only',
  'operator disabled': 'cancel_only',
  'kill unknown': 'cancel_only',
  'kill latched': 'halted',
};
const MS = 1_000;
/** An egress that hears nothing shuts by itself after this; what was under way then leaves within its validity. */
const HEARD_US = (EXECUTION_SETTINGS.haltStateLimitMs + EXECUTION_SETTINGS.requestValidityMs + 500) * MS;

const rank = (mode: Mode): number => ORDER.indexOf(mode);

/** Degradation goes in the declared order and holds at the venue (I-60). */
export class ModesChecker extends Checker {
  /** Since when nothing weaker than this has been stated, us. */
  private readonly since = new Map<Mode, number>();
  private readonly reducing = new Set<string>();

  constructor(world: SimWorld, coverage: Coverage) {
    super(world, coverage);
    world.broker.listen({
      pattern: subjects.tradingState,
      receive: ({ bytes }) => this.stated(tradingStateCodec.decode(bytes)),
      reachable: () => true,
    });
  }

  /** One statement of risk's, as everybody hears it. */
  stated({ mode: fleet, accounts, kill }: TradingState): void {
    const account = accounts.get(ACCOUNT);
    const causes = [...fleet.causes, ...(account?.causes ?? [])];
    for (const { component, health, mode } of causes) {
      const declared = DECLARED[`${component} ${health}`];
      this.check(
        'I-60',
        mode === declared,
        () => `${component} ${health} is ${mode}, declared is ${declared ?? 'nothing'}`,
      );
      this.saw(`degraded: ${component} ${health}`);
    }
    const meant = causes.map(({ mode }) => mode).reduce<Mode>((a, b) => (rank(b) > rank(a) ? b : a), 'full');
    const is = account === undefined || rank(fleet.mode) > rank(account.mode) ? fleet.mode : account.mode;
    this.check('I-60', is === meant, () => `the fleet is ${is}, its causes make it ${meant}`);
    this.check('I-60', kill === undefined || is === 'halted', () => `killed, and the mode is ${is}`);
    for (const mode of ORDER) {
      if (rank(is) < rank(mode)) this.since.delete(mode);
      else if (!this.since.has(mode)) this.since.set(mode, this.world.nowUs);
    }
  }

  wrote({ intents }: JournalBatch): void {
    for (const { clientOrderId, intent } of intents) if (intent.reduceOnly) this.reducing.add(plainId(clientOrderId));
  }

  sent(process: SimProcess, { orders }: SentAction): void {
    for (const { cloid } of orders) {
      const least: Mode = this.reducing.has(cloid) ? 'cancel_only' : 'reduce_only';
      const sinceUs = this.since.get(least);
      const forUs = sinceUs === undefined ? 0 : this.world.nowUs - sinceUs;
      this.check(
        'I-60',
        forUs <= HEARD_US,
        () => `${process.name} sent ${cloid} though the fleet is ${least} or stricter for ${String(forUs / 1e6)} s`,
      );
    }
  }
}
