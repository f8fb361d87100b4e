import type { Clock, Fill, FundingPayment, Order } from '@argosy/domain';
import { type AccountEvent, accountEventCodec, type AccountFact, NO_STRATEGY, subjects } from '@argosy/contracts';
import type { IntentRecord, JournalEvent } from '@argosy/execution-core';
import type { AccountSettings } from './execution-settings.js';
import type { JournalEntry, JournalWriter } from './journal-writer.js';

/** Turns facts into the account's gapless sequence of events and hands them, with what they change, to the journal. */
export class AccountRecorder {
  constructor(
    private readonly account: AccountSettings,
    private readonly epoch: number,
    private sequence: bigint,
    private readonly clock: Clock,
    private readonly writer: JournalWriter,
  ) {}

  get lastSequence(): bigint {
    return this.sequence;
  }

  /** Resolves when the fact is durable. Order matters: sequences follow the calls. */
  record(fact: AccountFact, traceparent: string, intent?: IntentRecord): Promise<void> {
    const entry: JournalEntry = {
      events: [this.event(fact, traceparent)],
      ...changesOf(fact),
      ...(intent === undefined ? {} : { intents: [intent] }),
    };
    return this.writer.write(entry);
  }

  private event(fact: AccountFact, traceparent: string): JournalEvent {
    this.sequence += 1n;
    const { accountId, venue } = this.account;
    const event: AccountEvent = {
      eventId: `${accountId}-${String(this.sequence)}`,
      accountId,
      venue,
      sequence: this.sequence,
      epoch: this.epoch,
      occurredAt: this.clock.now(),
      traceparent,
      fact,
    };
    return {
      sequence: event.sequence,
      eventId: event.eventId,
      subject: subjects.accountFact(fact.kind, venue, accountId, strategyOf(fact)),
      payload: accountEventCodec.encode(event),
      traceparent,
    };
  }
}

function strategyOf(fact: AccountFact): string {
  if (fact.kind === 'order_changed') return fact.order.strategyId;
  if (fact.kind === 'order_filled') return fact.fill.strategyId ?? NO_STRATEGY;
  return NO_STRATEGY;
}

function changesOf(fact: AccountFact): {
  readonly orders?: readonly Order[];
  readonly fills?: readonly Fill[];
  readonly fundings?: readonly FundingPayment[];
} {
  switch (fact.kind) {
    case 'order_changed':
      return { orders: [fact.order] };
    case 'order_filled':
      return { fills: [fact.fill], ...(fact.order === undefined ? {} : { orders: [fact.order] }) };
    case 'funding_paid':
      return { fundings: [fact.payment] };
    case 'observed':
    case 'position_unexplained':
      return {};
  }
}
