import type { OrderStatusView, UserFill } from '@argosy/exchange-core';
import type { JournalBatch } from '@argosy/execution-core';
import type { DecisionRecord } from '@argosy/risk-core';
import { type ClientOrderId, isFinal, type Order, signOf, toApproximateNumber } from '@argosy/domain';
import { RISK_SETTINGS, TRADED } from '../fleet/fleet-settings.js';
import { plainId, type SentAction } from '../fleet/sent-action.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { Checker } from './checker.js';

/** Prices move between verdict and look, and a person may trade by hand beside us. */
const TOLERANCE = 1.02;

/** What is older than this has reached everybody, unless something is broken. */
const KNOWN_AFTER_US = 1_000_000;
const KNOWN_AFTER_NS = 300_000_000n;
/** Below any lot. */
const TINY = 1e-9;

interface Resting {
  readonly isBuy: boolean;
  readonly left: number;
}

/** Faults by which the venue says of a resting order that it is gone. */
const LIES: ReadonlySet<string> = new Set(['venue_wrong_answer', 'venue_fill_after_cancel']);

/** The worst that the venue's own truth allows never exceeds what risk allows. */
export class LimitsChecker extends Checker {
  private readonly resting = new Map<number, Resting>();
  /** What the fleet decided, whatever the bytes say. */
  private readonly meantToReduce = new Set<string>();
  private position = 0;
  private booked = 0;
  private readonly bookedFills = new Set<string>();
  private lastFillUs = 0;
  private readonly alive = new Map<ClientOrderId, { readonly order: Order; readonly sinceUs: number }>();
  private byHand = 0;
  private hasVenueLied = false;
  private readonly limitUsd = toApproximateNumber(
    RISK_SETTINGS.limits.instruments.get(TRADED)?.maxPositionUsd ?? RISK_SETTINGS.limits.maxGrossExposureUsd,
  );

  faultBegan(kind: string): void {
    if (LIES.has(kind)) this.hasVenueLied = true;
  }

  wrote({ intents, orders, fills }: JournalBatch): void {
    if (fills.length > 0) this.lastFillUs = this.world.nowUs;
    for (const { fillId, side, quantity } of fills) {
      // A batch whose answer was lost is written again.
      if (this.bookedFills.has(fillId)) continue;
      this.bookedFills.add(fillId);
      this.booked += Number(signOf(side)) * toApproximateNumber(quantity);
    }
    for (const order of orders) {
      this.alive.delete(order.clientOrderId);
      if (!isFinal(order.state)) this.alive.set(order.clientOrderId, { order, sinceUs: this.world.nowUs });
    }
    for (const { clientOrderId, intent } of intents) {
      if (intent.reduceOnly) this.meantToReduce.add(plainId(clientOrderId));
      else this.worstWithDoubts(clientOrderId, toApproximateNumber(intent.limitPrice));
    }
  }

  /** Everything that may still fill counts, what nobody knows about first of all. */
  private worstWithDoubts(id: ClientOrderId, price: number): void {
    let [long, short] = [this.booked, this.booked];
    for (const { order } of this.alive.values()) {
      const { side, quantity, filledQuantity, reduceOnly } = order;
      const left = toApproximateNumber(quantity) - toApproximateNumber(filledQuantity);
      if (reduceOnly) continue;
      if (side === 'buy') long += left;
      else short -= left;
    }
    const worst = (Math.max(Math.abs(long), Math.abs(short)) - this.byHand) * price;
    this.check(
      'I-18',
      worst <= this.limitUsd * TOLERANCE,
      () => `with ${id} up to ${String(Math.round(worst))} USD may be held, the limit is ${String(this.limitUsd)}`,
    );
  }

  /** While an order is in doubt, what risk decides by has to hold it. */
  decided(decisions: readonly DecisionRecord[]): void {
    const { nowUs, nowNs } = this.world;
    const known = [...this.alive.values()].filter(({ sinceUs }) => nowUs - sinceUs > KNOWN_AFTER_US);
    const isDoubted = known.some(({ order }) => order.state === 'in_doubt');
    if (!isDoubted || nowUs - this.lastFillUs < KNOWN_AFTER_US) return;
    let [long, short] = [this.booked, this.booked];
    for (const { order } of known) {
      const left = toApproximateNumber(order.quantity) - toApproximateNumber(order.filledQuantity);
      if (order.reduceOnly) continue;
      if (order.side === 'buy') long += left;
      else short -= left;
    }
    for (const { verdict, inputs, decidedAt } of decisions) {
      if (verdict !== 'approved' || nowNs - decidedAt > KNOWN_AFTER_NS) continue;
      const { view } = JSON.parse(inputs) as { readonly view: { readonly worst: Record<'long' | 'short', string> } };
      const [seenLong, seenShort] = [Number(view.worst.long), Number(view.worst.short)];
      this.check(
        'I-18',
        seenLong >= long - TINY && seenShort >= -short - TINY,
        () =>
          `risk saw ${String(seenLong)} long and ${String(seenShort)} short of ${TRADED} at worst, ` +
          `with orders in doubt it is ${String(long)} and ${String(-short)}`,
      );
    }
  }

  sent(process: SimProcess, action: SentAction): void {
    for (const { cloid, reduceOnly } of action.orders) {
      if (!this.meantToReduce.has(cloid)) continue;
      this.check('I-15', reduceOnly, () => `${process.name} sent ${cloid} without saying that it only reduces`);
    }
  }

  venueFill({ isBuy, sz, cloid, oid }: UserFill): void {
    const rested = this.resting.get(oid);
    if (rested !== undefined) this.resting.set(oid, { isBuy, left: rested.left - Number(sz) });
    const signed = (isBuy ? 1 : -1) * Number(sz);
    if (cloid !== undefined && this.meantToReduce.has(plainId(cloid))) {
      const grew = Math.abs(this.position + signed) > Math.abs(this.position) + 1e-9;
      this.check('I-15', !grew, () => `reduce-only ${cloid} made the position larger`);
    }
    this.position += signed;
    if (cloid === undefined) this.byHand += Math.abs(Number(sz));
    else this.saw(`fill ${plainId(cloid) === '' ? 'of nobody' : 'of ours'}`);
  }

  venueOrder({ order, status }: OrderStatusView): void {
    if (status === 'open') this.resting.set(order.oid, { isBuy: order.isBuy, left: Number(order.sz) });
    else this.resting.delete(order.oid);
    if (status !== 'open' || order.reduceOnly || order.cloid === undefined) return;
    // What the venue holds and said it had refused or cancelled counts nowhere here: what we believe is judged above.
    if (this.hasVenueLied) {
      this.saw('limits not judged at a venue that lied');
      return;
    }
    const price = Number(order.limitPx);
    let [long, short] = [this.position, this.position];
    for (const { isBuy, left } of this.resting.values()) {
      if (isBuy) long += left;
      else short -= left;
    }
    const worst = (Math.max(Math.abs(long), Math.abs(short)) - this.byHand) * price;
    this.check(
      'I-18',
      worst <= this.limitUsd * TOLERANCE,
      () =>
        `the venue holds up to ${String(Math.round(worst))} USD of ${TRADED}, the limit is ${String(this.limitUsd)}`,
    );
  }
}
