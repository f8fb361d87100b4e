/** What this lib's specs share: an exchange with two assets and a few words to talk to it. */
import { DEFAULT_EXCHANGE, type ExchangeConfig } from './api/config.js';
import type { CommandBody, ExchangeAction, OrderSpec } from './api/command.js';
import type { ExchangeEvent } from './api/event.js';
import type { CancelOutcome, CommandResult, OrderOutcome } from './api/outcome.js';
import type { ExchangeSnapshot } from './api/snapshot.js';
import { Exchange } from './exchange.js';
import type { SyntheticConfig } from './markets/synthetic/synthetic-config.js';

export const NOON_MS = Date.UTC(2026, 0, 5, 12);
export const ALICE = `0x${'a'.repeat(40)}`;
export const BOB = `0x${'b'.repeat(40)}`;
export const CAROL = `0x${'c'.repeat(40)}`;
export const BTC = 0;
export const SOL = 1;

export const CONFIG: ExchangeConfig = {
  ...DEFAULT_EXCHANGE,
  openAccountsGrant: '100000',
  scheduleCancelVolume: '0',
  assets: [
    { name: 'BTC', szDecimals: 5, maxLeverage: 40, book: 'matching', startPx: '60000', impactNotional: '20000' },
    { name: 'SOL', szDecimals: 2, maxLeverage: 20, book: 'matching', startPx: '150', impactNotional: '6000' },
  ],
};

export const anOrderSpec = (overrides: Partial<OrderSpec> = {}): OrderSpec => ({
  asset: BTC,
  isBuy: true,
  px: '60000',
  sz: '0.1',
  reduceOnly: false,
  tif: 'Gtc',
  ...overrides,
});

export const buy = (px: string, sz: string, more: Partial<OrderSpec> = {}): OrderSpec =>
  anOrderSpec({ px, sz, ...more });
export const sell = (px: string, sz: string, more: Partial<OrderSpec> = {}): OrderSpec =>
  anOrderSpec({ isBuy: false, px, sz, ...more });

/** An exchange whose clock moves a millisecond a command, with everything that it told. */
export class Floor {
  readonly events: ExchangeEvent[] = [];
  readonly exchange: Exchange;
  nowMs: number;

  constructor(overrides: Partial<ExchangeConfig> = {}, snapshot?: ExchangeSnapshot) {
    this.exchange = new Exchange({ ...CONFIG, ...overrides }, (event) => this.events.push(event), snapshot);
    this.nowMs = snapshot?.nowMs ?? NOON_MS;
  }

  run(command: CommandBody): CommandResult {
    return this.exchange.execute({ ...command, timeMs: ++this.nowMs });
  }
  act(signer: string, action: ExchangeAction, more: { nonce?: number; expiresAfter?: number } = {}): CommandResult {
    return this.run({ type: 'action', signer, nonce: this.nowMs + 1, action, ...more });
  }
  place(signer: string, ...orders: OrderSpec[]): OrderOutcome[] {
    const result = this.act(signer, { type: 'order', orders });
    if (!result.ok || result.response.type !== 'order') throw new Error(JSON.stringify(result));
    return [...result.response.outcomes];
  }
  /** The id of an order that rests. */
  rest(signer: string, order: OrderSpec): number {
    const [outcome] = this.place(signer, order);
    if (outcome?.kind !== 'resting') throw new Error(JSON.stringify(outcome));
    return outcome.oid;
  }
  /** The text of the refusal of one order, or what else became of it. */
  refusal(signer: string, order: OrderSpec): string {
    const [outcome] = this.place(signer, order);
    return outcome?.kind === 'error' ? outcome.message : String(outcome?.kind);
  }
  cancel(signer: string, oid: number, asset = BTC): CancelOutcome {
    const result = this.act(signer, { type: 'cancel', cancels: [{ asset, oid }] });
    if (!result.ok || result.response.type !== 'cancel') throw new Error(JSON.stringify(result));
    return result.response.outcomes[0]!;
  }
  advance(milliseconds: number): void {
    this.nowMs += milliseconds - 1;
    this.run({ type: 'advance' });
  }
  statuses(account: string): string[] {
    return this.events.flatMap((event) =>
      event.type === 'order' && event.account === account
        ? [`${String(event.update.order.oid)} ${event.update.status}`]
        : [],
    );
  }
}

export const micro = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(6, '0'));
  return text.startsWith('-') ? -value : value;
};

/** Money in = money held + fees + rounding, and positions sum to zero. */
export function expectConserved(exchange: Exchange): void {
  const law = exchange.conservation();
  expect(micro(law.accountValues) + micro(law.feesCollected) + micro(law.fundingRounding)).toBe(micro(law.deposits));
  for (const sum of Object.values(law.positions)) expect(sum).toBe('0.0');
}

export const aWorld = (overrides: Partial<SyntheticConfig> = {}): SyntheticConfig => ({
  seed: 7,
  startMs: NOON_MS,
  assets: [
    {
      name: 'BTC',
      szDecimals: 5,
      maxLeverage: 40,
      startPx: 60_000,
      commonBps: 0.9,
      ownBps: 0.4,
      halfSpreadBps: 1.2,
      reference: { symbol: 'BTCUSDT', priceDecimals: 2, quantityDecimals: 5 },
    },
    {
      name: 'ETH',
      szDecimals: 4,
      maxLeverage: 25,
      startPx: 2_500,
      commonBps: 1.1,
      ownBps: 0.6,
      halfSpreadBps: 1.5,
      reference: { symbol: 'ETHUSDT', priceDecimals: 2, quantityDecimals: 4 },
    },
    {
      name: 'SOL',
      szDecimals: 2,
      maxLeverage: 20,
      startPx: 150,
      commonBps: 1.4,
      ownBps: 1,
      halfSpreadBps: 2.5,
      reference: { symbol: 'SOLUSDT', priceDecimals: 2, quantityDecimals: 3 },
    },
  ],
  leadMs: 150,
  quoteRate: 20,
  noiseRate: 1.5,
  informedRate: 2,
  informedHorizonMs: 1_000,
  ...overrides,
});
