import { type Codec, Fault, type StrategyId, type Timers } from '@argosy/domain';
import {
  cancelAllAcceptedCodec,
  cancelAllOrdersCodec,
  emptyCodec,
  killCodec,
  killReceiptCodec,
  stopStrategyCodec,
  subjects,
} from '@argosy/contracts';
import type { MessageBus } from '@argosy/platform-port';
import type { Alerts } from './alerts.js';

const REQUEST_TIMEOUT_MS = 2_000;
const RETRY_MS = 1_000;
/** After so many a person is told that it is theirs now. */
const ATTEMPTS_MAX = 60;
const ACTOR = 'risk';

interface Command<Ask, Answer> {
  readonly what: string;
  readonly subject: string;
  readonly ask: Codec<Ask>;
  readonly answer: Codec<Answer>;
  readonly message: Ask;
}

/** What risk tells others to do when it acts by itself: said again until it is answered. */
export class FleetCommands {
  private stopped = false;

  constructor(
    private readonly bus: MessageBus,
    private readonly timers: Timers,
    private readonly alerts: Alerts,
  ) {}

  stop(): void {
    this.stopped = true;
  }

  /** Execution latches by itself, so that a kill does not hang on our broadcast (RK-3). */
  killExecution(killId: string, reason: string): void {
    void this.insist({
      what: 'kill execution',
      subject: subjects.tradingKill('execution'),
      ask: killCodec,
      answer: killReceiptCodec,
      message: { actor: ACTOR, reason, killId },
    });
    void this.stopStrategies('', reason);
  }

  /** Stops it by force, and cancels its orders at execution too: a host that hangs stops nothing (RK-5). */
  stopRunaway(strategy: StrategyId, reason: string): void {
    void this.stopStrategies(strategy, reason);
    void this.insist({
      what: `cancel the orders of ${strategy}`,
      subject: subjects.orderCancelAll('all'),
      ask: cancelAllOrdersCodec,
      answer: cancelAllAcceptedCodec,
      message: { accountId: '', strategyId: strategy, instrumentId: '', reason },
    });
  }

  private stopStrategies(strategy: string, reason: string): Promise<void> {
    return this.insist({
      what: strategy === '' ? 'stop every strategy' : `stop ${strategy}`,
      subject: subjects.strategyStop,
      ask: stopStrategyCodec,
      // What it says of the strategies is not needed here, so it need not be understood.
      answer: emptyCodec,
      message: { strategyId: strategy, cancelOrders: true, force: true, actor: ACTOR, reason },
    });
  }

  private async insist<Ask, Answer>({ what, subject, ask, answer, message }: Command<Ask, Answer>): Promise<void> {
    let why = '';
    for (let attempt = 0; attempt < ATTEMPTS_MAX && !this.stopped; attempt += 1) {
      if (attempt > 0) await this.timers.sleep(RETRY_MS);
      try {
        const said = await this.bus.request(subject, ask, answer, message, { timeoutMs: REQUEST_TIMEOUT_MS });
        // A strategy that is not loaded there is stopped already.
        if (said.ok || said.refusal.code === 'strategy_unknown') return;
        why = said.refusal.code;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        why = error.message;
      }
    }
    if (!this.stopped) this.alerts.raise({ kind: 'command_unanswered', severity: 'page', text: `${what}: ${why}` });
  }
}
