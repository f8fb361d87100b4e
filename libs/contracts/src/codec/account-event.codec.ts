import {
  type AccountId,
  accountId,
  type AccountKind,
  type Amount,
  type Fill,
  format,
  type FundingPayment,
  type InstrumentId,
  instrumentId,
  type Order,
  ORDER_EVENTS,
  ORDER_STATES,
  type OrderEventType,
  type OrderState,
  parseAmount,
  parsePrice,
  type Price,
  type TimeNs,
  timeNs,
  type Venue,
  type VenuePosition,
} from '@argosy/domain';
import type { AccountKind as WireAccountKind } from '../gen/argosy/common/v1/common.js';
import {
  AccountEvent as WireEvent,
  AccountEventsPage as WirePage,
  AccountEventsRequest,
  type AccountExposure as WireExposure,
  type AccountObserved as WireObserved,
  ExposurePage as WireExposurePage,
  Order as WireOrder,
} from '../gen/argosy/order/v1/order.js';
import {
  accountKinds,
  fillFromWire,
  orderFromWire,
  orderToWire,
  positionFromWire,
  positionToWire,
  venueOf,
  writeFill,
} from './order.codec.js';
import {
  ContractError,
  mappedCodec,
  oneOf,
  optionalText,
  plainCodec,
  present,
  type Writable,
  writtenCodec,
} from './wire.js';
import type { PackedWriter } from './packed-writer.js';

/** Cash, equity and positions of an account at one moment. */
export interface AccountObservation {
  readonly accountKind: AccountKind;
  readonly equity: Amount;
  readonly cash: Amount;
  readonly marginUsed: Amount;
  readonly asset: string;
  /** What moved, without any mark: cash as if every position were worth nothing. */
  readonly rawCash: Amount;
  /** Deposits minus withdrawals since the account began, where the venue states them: they are neither profit nor loss. */
  readonly netTransfers?: Amount;
  readonly positions: readonly VenuePosition[];
  readonly venueTimeNs: TimeNs;
  /** True for the one reconciliation writes before READY. */
  readonly reconciled: boolean;
}

export type AccountFact =
  | {
      readonly kind: 'order_changed';
      readonly order: Order;
      readonly event: OrderEventType;
      readonly fromState: OrderState;
    }
  | { readonly kind: 'order_filled'; readonly fill: Fill; readonly order?: Order; readonly arrivalMid?: Price }
  | { readonly kind: 'funding_paid'; readonly payment: FundingPayment }
  | { readonly kind: 'observed'; readonly observation: AccountObservation }
  | { readonly kind: 'position_unexplained'; readonly unexplained: PositionUnexplained };

/** What the venue holds beyond our fills, proven by several looks; no trade is made of it (I-29). */
export interface PositionUnexplained {
  readonly accountKind: AccountKind;
  /** The same break told again has the same name. */
  readonly breakId: string;
  readonly instrumentId: InstrumentId;
  /** Signed, base units: by how much the venue's position less ours has changed since it was told last. */
  readonly quantity: Amount;
  /** Signed, base units: the whole position as the venue states it; absent in old records. */
  readonly stated?: Amount;
  readonly reason: string;
  readonly foundAt: TimeNs;
}

/** One fact about a trading account, in one gapless sequence an account. */
export interface AccountEvent {
  readonly eventId: string;
  readonly accountId: AccountId;
  readonly venue: Venue;
  /** 1 and up without a gap, for ever (I-42). */
  readonly sequence: bigint;
  readonly epoch: number;
  readonly occurredAt: TimeNs;
  /** Empty when nothing caused it. */
  readonly traceparent: string;
  readonly fact: AccountFact;
}

function observationToWire(observed: AccountObservation): WireObserved {
  return {
    accountKind: accountKinds.toWire(observed.accountKind) as WireAccountKind,
    equity: format(observed.equity),
    cash: format(observed.cash),
    marginUsed: format(observed.marginUsed),
    asset: observed.asset,
    positions: observed.positions.map(positionToWire),
    venueTimeNs: observed.venueTimeNs,
    reconciled: observed.reconciled,
    rawCash: format(observed.rawCash),
    netTransfers: observed.netTransfers === undefined ? '' : format(observed.netTransfers),
  };
}

function observationFromWire(message: WireObserved): AccountObservation {
  const netTransfers = optionalText(message.netTransfers, parseAmount);
  return {
    accountKind: accountKinds.toWord(message.accountKind),
    equity: parseAmount(message.equity),
    cash: parseAmount(message.cash),
    marginUsed: parseAmount(message.marginUsed),
    asset: message.asset,
    positions: message.positions.map(positionFromWire),
    venueTimeNs: timeNs(message.venueTimeNs),
    reconciled: message.reconciled,
    rawCash: parseAmount(message.rawCash),
    ...(netTransfers === undefined ? {} : { netTransfers }),
  };
}

type WireFact = NonNullable<WireEvent['fact']>;
type Filled = Extract<AccountFact, { kind: 'order_filled' }>;

function factToWire(fact: Exclude<AccountFact, Filled>): WireFact {
  switch (fact.kind) {
    case 'order_changed':
      return {
        $case: 'orderChanged',
        value: { order: orderToWire(fact.order), event: fact.event, fromState: fact.fromState },
      };
    case 'funding_paid': {
      const { payment } = fact;
      return {
        $case: 'fundingPaid',
        value: {
          paymentId: payment.paymentId,
          accountKind: accountKinds.toWire(payment.accountKind) as WireAccountKind,
          instrumentId: payment.instrumentId,
          amount: format(payment.amount),
          asset: payment.asset,
          position: format(payment.position),
          rate: format(payment.rate),
          venueTimeNs: payment.venueTimeNs,
        },
      };
    }
    case 'observed':
      return { $case: 'observed', value: observationToWire(fact.observation) };
    case 'position_unexplained': {
      const { breakId, instrumentId: instrument, quantity, stated, reason, foundAt, accountKind } = fact.unexplained;
      return {
        $case: 'positionUnexplained',
        value: {
          breakId,
          instrumentId: instrument,
          quantity: format(quantity),
          stated: stated === undefined ? '' : format(stated),
          reason,
          foundNs: foundAt,
          accountKind: accountKinds.toWire(accountKind) as WireAccountKind,
        },
      };
    }
  }
}

function factFromWire(event: WireEvent): AccountFact {
  const fact = present('fact', event.fact);
  switch (fact.$case) {
    case 'orderChanged':
      return {
        kind: 'order_changed',
        order: orderFromWire(present('order', fact.value.order)),
        event: oneOf('order event', ORDER_EVENTS, fact.value.event),
        fromState: oneOf('order state', ORDER_STATES, fact.value.fromState),
      };
    case 'orderFilled': {
      const { fill, order, arrivalMid } = fact.value;
      const filled: Writable<Filled> = {
        kind: 'order_filled',
        fill: fillFromWire(present('fill', fill)),
      };
      if (order !== undefined) filled.order = orderFromWire(order);
      if (arrivalMid !== '') filled.arrivalMid = parsePrice(arrivalMid);
      return filled;
    }
    case 'fundingPaid':
      return {
        kind: 'funding_paid',
        payment: {
          paymentId: fact.value.paymentId,
          accountId: accountId(event.accountId),
          accountKind: accountKinds.toWord(fact.value.accountKind),
          venue: venueOf(event.venue),
          instrumentId: instrumentId(fact.value.instrumentId),
          asset: fact.value.asset,
          amount: parseAmount(fact.value.amount),
          position: parseAmount(fact.value.position),
          rate: parseAmount(fact.value.rate),
          venueTimeNs: timeNs(fact.value.venueTimeNs),
        },
      };
    case 'observed':
      return { kind: 'observed', observation: observationFromWire(fact.value) };
    case 'positionUnexplained':
      return {
        kind: 'position_unexplained',
        unexplained: {
          breakId: fact.value.breakId,
          instrumentId: instrumentId(fact.value.instrumentId),
          quantity: parseAmount(fact.value.quantity),
          ...(fact.value.stated === '' ? {} : { stated: parseAmount(fact.value.stated) }),
          reason: fact.value.reason,
          foundAt: timeNs(fact.value.foundNs),
          accountKind: accountKinds.toWord(fact.value.accountKind),
        },
      };
  }
}

/** Fills are the many, so they are written straight from our own type; everything else through the generated one. */
function writeEvent(event: AccountEvent, out: PackedWriter): void {
  const { fact } = event;
  WireEvent.encode(
    {
      eventId: event.eventId,
      accountId: event.accountId,
      venue: event.venue,
      sequence: event.sequence,
      epoch: event.epoch,
      occurredNs: event.occurredAt,
      traceparent: event.traceparent,
      fact: fact.kind === 'order_filled' ? undefined : factToWire(fact),
    },
    out.generated,
  );
  if (fact.kind === 'order_filled') writeFilled(fact, out);
}

function writeFilled({ fill, order, arrivalMid }: Filled, out: PackedWriter): void {
  writeFill(fill, out.open(11).open(1)).join();
  if (order !== undefined) WireOrder.encode(orderToWire(order), out.open(2).generated).join();
  if (arrivalMid !== undefined) out.decimal(3, arrivalMid);
  out.join();
}

function eventFromWire(message: WireEvent): AccountEvent {
  if (message.eventId === '' || message.sequence < 1n) throw new ContractError('event id or sequence is missing');
  return {
    eventId: message.eventId,
    accountId: accountId(message.accountId),
    venue: venueOf(message.venue),
    sequence: message.sequence,
    epoch: message.epoch,
    occurredAt: timeNs(message.occurredNs),
    traceparent: message.traceparent,
    fact: factFromWire(message),
  };
}

export const accountEventCodec = writtenCodec('AccountEvent', WireEvent, writeEvent, eventFromWire);

export interface AccountEventsPage {
  readonly events: readonly AccountEvent[];
  readonly lastSequence: bigint;
}

export const accountEventsRequestCodec = plainCodec('AccountEventsRequest', AccountEventsRequest);
export const accountEventsPageCodec = writtenCodec<AccountEventsPage, WirePage>(
  'AccountEventsPage',
  WirePage,
  ({ events, lastSequence }, out) => {
    for (const event of events) {
      writeEvent(event, out.open(1));
      out.join();
    }
    out.long(2, lastSequence);
  },
  (message) => ({ events: message.events.map(eventFromWire), lastSequence: message.lastSequence }),
);

/** What risk rebuilds its exposure from: everything up to `sequence` is included. */
export interface AccountExposure {
  readonly accountId: AccountId;
  readonly venue: Venue;
  readonly sequence: bigint;
  readonly openOrders: readonly Order[];
  readonly observed?: AccountObservation;
  /** Reconciled and connected. */
  readonly ready: boolean;
  /** Whose sequence it is: of who leads the account, 0 while nobody does. */
  readonly epoch: number;
}

export const exposurePageCodec = mappedCodec<readonly AccountExposure[], WireExposurePage>(
  'ExposurePage',
  WireExposurePage,
  (accounts) => ({
    accounts: accounts.map((account): WireExposure => ({
      accountId: account.accountId,
      venue: account.venue,
      sequence: account.sequence,
      openOrders: account.openOrders.map(orderToWire),
      observed: account.observed === undefined ? undefined : observationToWire(account.observed),
      ready: account.ready,
      epoch: account.epoch,
    })),
  }),
  (page) =>
    page.accounts.map((account) => ({
      accountId: accountId(account.accountId),
      venue: venueOf(account.venue),
      sequence: account.sequence,
      openOrders: account.openOrders.map(orderFromWire),
      ...(account.observed === undefined ? {} : { observed: observationFromWire(account.observed) }),
      ready: account.ready,
      epoch: account.epoch,
    })),
);
