import { bookCodec, marketStateCodec, subjects } from '@argosy/contracts';
import { toApproximateNumber } from '@argosy/domain';
import type { DecisionRecord } from '@argosy/risk-core';
import { RISK_SETTINGS } from '../fleet/fleet-settings.js';
import type { SimWorld } from '../fleet/sim-world.js';
import { Checker, type Coverage } from './checker.js';

const { priceCollarBps, referenceAgeMsMax } = RISK_SETTINGS.limits;
const US = 1_000;
/** A reference is as old as its way to risk was long, and risk counts from its arrival: the slowest link adds as much. */
const WAY_US = 3_000_000;
const HISTORY_US = referenceAgeMsMax * US + WAY_US;
const COLLAR = (priceCollarBps / 10_000) * (1 + 1e-9);

interface Seen {
  readonly atUs: number;
  readonly price: number;
}

/** Approved prices lie within the collar of two sources that were published lately, whatever risk itself believes (I-20). */
export class PricesChecker extends Checker {
  private readonly sources = new Map<string, Seen[]>([
    ['the oracle', []],
    ['the other venue', []],
  ]);

  constructor(world: SimWorld, coverage: Coverage) {
    super(world, coverage);
    const listen = (pattern: string, receive: (bytes: Uint8Array) => void): void =>
      void world.broker.listen({ pattern, receive: ({ bytes }) => receive(bytes), reachable: () => true });
    listen(subjects.marketState('hyperliquid', 'BTC-PERP'), (bytes) => {
      const { oraclePrice } = marketStateCodec.decode(bytes);
      if (oraclePrice !== undefined) this.published('the oracle', toApproximateNumber(oraclePrice));
    });
    listen(subjects.marketBook('binance', 'BTC-USDT'), (bytes) => {
      const { valid, bids, asks } = bookCodec.decode(bytes);
      const [bid, ask] = [bids[0], asks[0]];
      if (!valid || bid === undefined || ask === undefined) return;
      this.published('the other venue', (toApproximateNumber(bid.price) + toApproximateNumber(ask.price)) / 2);
    });
  }

  /** A source has said a price. */
  published(source: 'the oracle' | 'the other venue', price: number): void {
    const seen = this.sources.get(source) ?? [];
    seen.push({ atUs: this.world.nowUs, price });
    // Decisions are written down a little after they were taken.
    while ((seen[0]?.atUs ?? 0) < this.world.nowUs - 4 * HISTORY_US) seen.shift();
  }

  decided(decisions: readonly DecisionRecord[]): void {
    const { world } = this;
    if ([...world.hosts.values()].some(({ service, machine }) => service === 'risk' && machine.offsetUs !== 0)) {
      this.saw("prices not judged: risk's clock is wrong");
      return;
    }
    for (const { verdict, inputs, decidedAt } of decisions) {
      if (verdict !== 'approved') continue;
      const atUs = world.nowUs - Number((world.nowNs - decidedAt) / 1_000n);
      const { intent } = JSON.parse(inputs) as { readonly intent: { readonly limitPrice: string } };
      this.approved(Number(intent.limitPrice), atUs);
    }
  }

  private approved(limit: number, atUs: number): void {
    for (const [source, seen] of this.sources) {
      const fresh = seen.filter((one) => one.atUs <= atUs && one.atUs >= atUs - HISTORY_US);
      this.check('I-20', fresh.length > 0, () => `approved at ${String(limit)} though ${source} said nothing lately`);
      const isNear = fresh.some(({ price }) => Math.abs(limit - price) <= price * COLLAR);
      this.check(
        'I-20',
        fresh.length === 0 || isNear,
        () =>
          `approved at ${String(limit)}, ${source} said ${fresh
            .map(({ price }) => String(price))
            .slice(-3)
            .join()}`,
      );
    }
  }
}
