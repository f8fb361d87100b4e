import type { AccountEvent, StartStrategy, StopStrategy, StrategyView } from '@argosy/contracts';
import { describeRefusal, ok, type Refusal, refusal, refused, type Result, type StrategyId } from '@argosy/domain';
import type { OrderSweep } from './order-sweep.js';
import type { StrategyEntry } from './strategy-entry.js';
import type { StrategyLoading } from './strategy-loading.js';
import { HOST, problemsRefusal, type StrategyShelf, viewOf } from './strategy-shelf.js';
import type { StarterPorts, StrategyStarter } from './strategy-starter.js';
import type { TradingWatch } from './trading-watch.js';

/** How long a drain waits for the orders of one strategy to be seen cancelled. */
const REQUEST_TIMEOUT_MS = 2_000;
/** A name as the gateway knows people; a service never re-enables what it or another one stopped. */
const NAME = /^[\x21-\x7e][\x20-\x7e]{0,79}$/;
const SERVICES: ReadonlySet<string> = new Set([HOST, 'risk', 'execution', 'ledger', 'market-data', 'ops-gateway']);

/** Runs: how one begins, ends, fails, is drained and is killed, and what becomes of its orders. */
export class StrategyRunning {
  /** Requests of the last run of each that may still become orders. */
  private readonly lastDesks = new Map<StrategyId, { readonly outstanding: number }>();
  private isStopping = false;

  constructor(
    private readonly shelf: StrategyShelf,
    private readonly loading: StrategyLoading,
    private readonly starter: StrategyStarter,
    private readonly sweep: OrderSweep,
    private readonly trading: TradingWatch,
    private readonly ports: StarterPorts,
  ) {}

  /** Idempotent: one that runs goes on running. Only a named person starts: nothing that ended comes back by itself. */
  async start({ strategyId, actor }: StartStrategy): Promise<Result<StrategyView, Refusal>> {
    if (!NAME.test(actor) || SERVICES.has(actor))
      return refused(
        refusal('invalid_request', { actor: actor.slice(0, 80), why: 'a named person starts strategies' }),
      );
    return this.shelf.commanded(strategyId, async (entry) => {
      if (entry.session !== undefined) return ok(viewOf(entry));
      return this.begin(entry, actor, 'started');
    });
  }

  /** In its turn. Faults: STORE_UNAVAILABLE. */
  async begin(
    entry: StrategyEntry,
    actor: string,
    action: 'started' | 'resumed',
  ): Promise<Result<StrategyView, Refusal>> {
    const why = this.whyNotNow(entry);
    if (why !== undefined) return refused(why);
    const problems = this.loading.problemsOf(entry.config);
    if (problems.length > 0) return refused(problemsRefusal(problems));
    [entry.status, entry.reason] = ['starting', ''];
    const begun = await this.starter
      .start(entry, (reason) => this.failed(entry, reason))
      .catch((error: unknown) => {
        entry.status = 'stopped';
        throw error;
      });
    if (!begun.ok) {
      [entry.status, entry.reason] = ['stopped', `not started: ${describeRefusal(begun.refusal)}`];
      await this.shelf.record(entry, 'refused', actor, entry.reason);
      return refused(begun.refusal);
    }
    // It may have failed on its very first event, or a kill came while it was starting.
    if (this.has(entry, 'starting')) entry.status = 'running';
    if (this.has(entry, 'running')) await this.shelf.want(entry, 'running');
    await this.shelf.record(entry, action, actor, `account ${entry.account?.accountId ?? ''}`);
    this.ports.logger.info('strategy_started', {
      strategy_id: entry.strategyId,
      message: `Strategy ${entry.strategyId} started successfully`,
      actor,
    });
    return ok(viewOf(entry));
  }

  private whyNotNow(entry: StrategyEntry): Refusal | undefined {
    const { kill } = this.trading;
    if (kill !== undefined) return refusal('kill_switch_active', { why: kill });
    const busy = this.isStopping ? 'the host is stopping' : entry.whyBusy();
    return busy === undefined ? undefined : refusal('conflict', { strategy: entry.strategyId, why: busy });
  }

  /** Idempotent. */
  async stop(command: StopStrategy): Promise<Result<StrategyView, Refusal>> {
    return this.shelf.commanded(command.strategyId, (entry) => this.halt(entry, command));
  }

  async stopAll(command: StopStrategy): Promise<void> {
    await Promise.all(this.shelf.all().map((entry) => this.shelf.inTurn(entry, () => this.halt(entry, command))));
  }

  private async halt(entry: StrategyEntry, command: StopStrategy): Promise<Result<StrategyView, Refusal>> {
    const { actor, cancelOrders, force } = command;
    const reason = command.reason === '' ? `stopped by ${actor}` : command.reason;
    if (entry.session !== undefined || entry.isResuming) {
      entry.isResuming = false;
      await this.endRun(entry, reason, force);
      await this.shelf.remember(entry, 'stopped', actor, reason);
      this.ports.logger.info('strategy_stopped', { strategy_id: entry.strategyId, actor, reason });
    }
    if (cancelOrders) this.cancelOrders(entry, reason, entry.status === 'error' ? 'error' : 'stopped');
    return ok(viewOf(entry));
  }

  /**
   * A kill waits for no turn, no store and no last word: execution sees to the orders. What ran is wanted stopped, so
   * neither a resume of trading nor a restart of the host brings it back.
   */
  killed(reason: string): void {
    for (const entry of this.shelf.all()) {
      if (entry.session === undefined && !entry.isResuming) continue;
      entry.isResuming = false;
      entry.session?.end(reason);
      this.letGo(entry);
      [entry.status, entry.reason] = ['stopped', reason];
      this.ports.logger.warning('strategy_killed', { strategy_id: entry.strategyId, reason });
      void this.shelf.remember(entry, 'stopped', HOST, reason);
    }
  }

  /** Tells each run what its account may do, where that is new. */
  tellModes(): void {
    for (const { session, account } of this.shelf.all())
      if (account !== undefined) session?.tradingMode(this.trading.modeOf(account.accountId));
  }

  /** Asks the new leader of risk what the last one has left unanswered, of the runs that still mind. */
  askAgain(): void {
    for (const { session } of this.shelf.all()) session?.desk.askAgain();
  }

  private async endRun(entry: StrategyEntry, reason: string, isForced: boolean): Promise<void> {
    const { session } = entry;
    if (session === undefined) {
      [entry.status, entry.reason] = ['stopped', reason];
      return;
    }
    entry.status = 'stopping';
    if (isForced) session.end(reason);
    else await session.stop(reason);
    // It may have failed while stopping; then that is what people should read.
    if (this.has(entry, 'stopping')) [entry.status, entry.reason] = ['stopped', reason];
    this.letGo(entry);
  }

  private letGo(entry: StrategyEntry): void {
    if (entry.session !== undefined) this.lastDesks.set(entry.strategyId, entry.session.desk);
    entry.ended();
  }

  private cancelOrders(entry: StrategyEntry, reason: string, after: 'stopped' | 'error'): void {
    if (entry.sweeping !== undefined) return;
    if (after === 'stopped') entry.status = 'stopping';
    const isQuiet = (): boolean => (this.lastDesks.get(entry.strategyId)?.outstanding ?? 0) === 0;
    entry.sweeping = this.sweep.run(entry.strategyId, reason, isQuiet).then((left) => {
      entry.sweeping = undefined;
      if (this.has(entry, 'stopping')) entry.status = 'stopped';
      if (left !== undefined) entry.reason = `${entry.reason}; ${left}`;
    });
  }

  /** A strategy that threw, hung, flooded or made no sense: it alone ends, and its orders with it. */
  private failed(entry: StrategyEntry, reason: string): void {
    [entry.status, entry.reason] = ['error', reason];
    this.letGo(entry);
    this.ports.logger.error('strategy_failed', { strategy_id: entry.strategyId, reason });
    this.cancelOrders(entry, reason, 'error');
    void this.shelf.remember(entry, 'failed', HOST, reason);
  }

  /** Strategies cancel, their orders are seen cancelled, and what ran is remembered as wanted. */
  async drain(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.shelf.all().map((entry) => this.shelf.inTurn(entry, () => this.drainOne(entry))));
  }

  private async drainOne(entry: StrategyEntry): Promise<void> {
    if (entry.session === undefined) return;
    await this.endRun(entry, 'the host stops', false);
    const open = await this.sweep.openOrders(entry.strategyId);
    if (open?.length === 0) return;
    this.cancelOrders(entry, 'the host stops', 'stopped');
    await Promise.race([entry.sweeping, this.ports.timers.sleep(REQUEST_TIMEOUT_MS)]);
  }

  /** A fact of an account, for the strategy that it is of. */
  sawFact({ fact }: AccountEvent): void {
    const { clock } = this.ports;
    if (fact.kind === 'order_filled') {
      const strategy = fact.fill.strategyId;
      const session = strategy === undefined ? undefined : this.shelf.peek(strategy)?.session;
      // The position first: an order that is gone without its fill would look like a free side.
      session?.offer({ kind: 'fill', at: clock.now(), fill: fact.fill });
      if (fact.order !== undefined) session?.offer({ kind: 'order', at: clock.now(), order: fact.order });
    } else if (fact.kind === 'order_changed') {
      this.shelf.peek(fact.order.strategyId)?.session?.offer({ kind: 'order', at: clock.now(), order: fact.order });
    }
  }

  /** Nobody has stopped, started or unloaded it meanwhile. */
  mayResume(entry: StrategyEntry): boolean {
    const isOurs = this.shelf.peek(entry.strategyId) === entry && entry.session === undefined;
    return isOurs && entry.isResuming && !this.isStopping;
  }

  /** Asked through a function: the status also changes behind an await. */
  private has(entry: StrategyEntry, status: StrategyEntry['status']): boolean {
    return entry.status === status;
  }
}
