import {
  type AccountEvent,
  accountEventCodec,
  bookCodec,
  type ServiceName,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  subjects,
  tradingStateCodec,
} from '@argosy/contracts';
import { type Book, type Clock, type Codec, ok, type Refusal, type Result } from '@argosy/domain';
import { A_MOMENT, aBook, aFill, type InMemoryBus } from '@argosy/testing';
import type { Subscription } from '@argosy/platform-port';
import type { Answers } from './fake-answers.js';
import { FakeExecution } from './fake-execution.js';
import { FakeLedger } from './fake-ledger.js';
import { serveMarketData } from './fake-market-data.js';
import { FakeRisk } from './fake-risk.js';
import { FakeStrategyHost } from './fake-strategy-host.js';

/** Questions need no store. */
const ASKED_ONLY = /\.qry\./;

/** The five other services, as much of them as the gateway can see; each can be silenced. */
export class FakeFleet {
  readonly asked: { readonly subject: string; readonly message: unknown }[] = [];
  readonly silent = new Set<string>();
  /** Services whose store is frozen: they do what they are told in memory, and do not answer. */
  readonly frozen = new Set<string>();
  statusQuestions = 0;
  readonly risk: FakeRisk;
  readonly ledger: FakeLedger;
  private readonly subscriptions: Subscription[] = [];

  constructor(
    private readonly bus: InMemoryBus,
    clock: Clock,
  ) {
    const answers: Answers = (service, pattern, ask, codec, handle) =>
      this.answer(service, pattern, ask, codec, handle);
    this.serveStatuses();
    this.risk = new FakeRisk(answers, clock);
    this.ledger = new FakeLedger(answers);
    new FakeStrategyHost(answers);
    new FakeExecution(answers, clock);
    serveMarketData(answers);
  }

  /** What a service was asked, newest last. */
  messages(subject: string): readonly unknown[] {
    return this.asked.filter((one) => one.subject === subject).map(({ message }) => message);
  }

  publishBook(book: Book = aBook({})): void {
    this.bus.publish(subjects.marketBook('hyperliquid', 'BTC-PERP'), bookCodec, book);
  }

  publishFact(fact: AccountEvent['fact']): void {
    const event: AccountEvent = {
      eventId: 'e1',
      accountId: 'main' as never,
      venue: 'hyperliquid',
      sequence: 1n,
      epoch: 1,
      occurredAt: A_MOMENT,
      traceparent: '',
      fact,
    };
    this.bus.publish(subjects.accountFact(fact.kind, 'hyperliquid', 'main', 'none'), accountEventCodec, event);
  }

  publishFill(): void {
    this.publishFact({ kind: 'order_filled', fill: aFill({}) });
  }

  announceTrading(): void {
    this.bus.publish(subjects.tradingState, tradingStateCodec, this.risk.trading);
  }

  private answer<Q, R>(
    service: ServiceName,
    pattern: string,
    ask: Codec<Q>,
    codec: Codec<R>,
    handle: (message: Q) => Result<R, Refusal>,
  ): void {
    const subscription = this.bus.subscribe(pattern, ask, { queueLimit: 10_000 }, (message, { replyTo, subject }) => {
      this.asked.push({ subject, message });
      if (this.silent.has(service) || replyTo === undefined) return;
      const answer = handle(message);
      if (!this.frozen.has(service) || ASKED_ONLY.test(subject)) this.bus.reply(replyTo, codec, answer);
    });
    this.subscriptions.push(subscription);
  }

  private serveStatuses(): void {
    const venue = { venue: 'hyperliquid', accountId: '', status: 'connected', latencyMs: 12.3456, reason: '' };
    for (const service of ['market-data', 'execution', 'risk', 'strategy-host', 'ledger'] as const) {
      this.answer(service, subjects.serviceStatus(service), serviceStatusRequestCodec, serviceStatusCodec, () => {
        this.statusQuestions += 1;
        const venues =
          service === 'market-data' ? [venue] : service === 'execution' ? [{ ...venue, accountId: 'main' }] : [];
        return ok({
          service,
          role: 'primary',
          epoch: 1,
          ready: true,
          conditions: [],
          version: '0.1.0',
          startedNs: A_MOMENT,
          pid: 7,
          memoryBytes: 1n,
          venues,
        });
      });
    }
  }
}
