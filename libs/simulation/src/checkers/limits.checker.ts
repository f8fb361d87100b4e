import type { OrderStatusView, UserFill } from '@argosy/exchange-core';
import type { JournalBatch } from '@argosy/execution-core';
import { toApproximateNumber } from '@argosy/domain';
import { RISK_SETTINGS, TRADED } from '../fleet/fleet-settings.js';
import { plainId, type SentAction } from '../fleet/sent-action.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { Checker } from './checker.js';

/** Prices move between verdict and look, and a person may trade by hand beside us. */
const TOLERANCE = 1.02;

interface Resting {
  readonly isBuy: boolean;
  readonly left: number;
}

/** The worst that the venue's own truth allows never exceeds what risk allows. */
export class LimitsChecker extends Checker {
  private readonly resting = new Map<number, Resting>();
  /** What the fleet decided, whatever the bytes say. */
  private readonly meantToReduce = new Set<string>();
  private position = 0;
  private byHand = 0;
  private readonly limitUsd = toApproximateNumber(
    RISK_SETTINGS.limits.instruments.get(TRADED)?.maxPositionUsd ?? RISK_SETTINGS.limits.maxGrossExposureUsd,
  );

  wrote({ intents }: JournalBatch): void {
    for (const { clientOrderId, intent } of intents)
      if (intent.reduceOnly) this.meantToReduce.add(plainId(clientOrderId));
  }

  sent(process: SimProcess, action: SentAction): void {
    for (const { cloid, reduceOnly } of action.orders) {
      if (!this.meantToReduce.has(cloid)) continue;
      this.check('I-15', reduceOnly, () => `${process.name} sent ${cloid} without saying that it only reduces`);
    }
  }

  venueFill({ isBuy, sz, cloid }: UserFill): void {
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
