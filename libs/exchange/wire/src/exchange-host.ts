import { type Clock, nsToMs } from '@argosy/domain';
import type {
  CommandBody,
  CommandResult,
  Exchange,
  ExchangeCommand,
  ExchangeEvent,
  ExchangeListener,
} from '@argosy/exchange-core';
import type { CommandJournal } from './journal/command-journal.js';

export type CommandObserver = (command: ExchangeCommand, result: CommandResult) => void;

const PRIVATE: ReadonlySet<ExchangeEvent['type']> = new Set(['order', 'fill', 'funding']);

/**
 * The one door to the exchange's core: stamps every command with protocol time, writes it down, executes it and hands
 * on what happened. Whoever answers a client about an account waits for `durable` first, so that nothing a client was
 * told is lost when the process is killed.
 */
export class ExchangeHost {
  private readonly listeners: ExchangeListener[] = [];
  private readonly observers: CommandObserver[] = [];
  private privateNews = false;
  private skewMs: () => number = () => 0;

  constructor(
    readonly exchange: Exchange,
    private readonly clock: Clock,
    private readonly journal: CommandJournal,
  ) {}

  /** The venue's time. */
  get nowMs(): number {
    return nsToMs(this.clock.now()) + this.skewMs();
  }

  /** From now on the venue's clock is this much ahead of the injected one. */
  skew(byMs: () => number): void {
    this.skewMs = byMs;
  }

  /** `observer` hears of every command from now on, after what it led to was told. */
  observe(observer: CommandObserver): void {
    this.observers.push(observer);
  }

  /** `listener` hears of everything from now on, synchronously. */
  listen(listener: ExchangeListener): void {
    this.listeners.push(listener);
  }

  /** The core's own listener: give it to the core's constructor. */
  readonly hear: ExchangeListener = (event) => {
    if (PRIVATE.has(event.type)) this.privateNews = true;
    for (const listener of this.listeners) listener(event);
  };

  /** A command from outside the market: written down whole. */
  execute(body: CommandBody): CommandResult {
    const command = { ...body, timeMs: this.nowMs };
    this.journal.writeCommand(command);
    this.privateNews = true;
    return this.run(command);
  }

  /**
   * One step of the market's own time: `run` gives what the market does to it, and only its end is written down,
   * because a market gives the same commands again.
   */
  advanceMarket(mark: number, run: (emit: (body: CommandBody) => void) => void): void {
    const timeMs = this.nowMs;
    let changes = 0;
    run((body) => {
      changes += 1;
      this.run({ ...body, timeMs });
    });
    if (changes > 0) this.journal.writeMark(timeMs, mark);
  }

  private run(command: ExchangeCommand): CommandResult {
    const result = this.exchange.execute(command);
    for (const observer of this.observers) observer(command, result);
    return result;
  }

  /** Lets time alone act: funding and scheduled cancels that are due. */
  advanceTime(): void {
    if (this.nowMs >= this.exchange.nextDueMs()) this.execute({ type: 'advance' });
  }

  /** Resolves when everything that a client might be told of accounts survives a crash. */
  async durable(): Promise<void> {
    if (!this.privateNews) return this.journal.settled();
    this.privateNews = false;
    return this.journal.sync();
  }
}
