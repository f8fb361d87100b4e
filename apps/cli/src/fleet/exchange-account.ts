import { type Amount, parseAmount } from '@argosy/domain';
import type { HttpClient } from '@argosy/platform-port';

/** An account as the exchange itself states it. */
export interface ExchangeAccount {
  /** Money as if every position were worth nothing: exact, no mark in it. */
  readonly rawCash: Amount;
  /** Signed, by our instrument id; flat ones are absent. */
  readonly positions: ReadonlyMap<string, Amount>;
  readonly openOrders: number;
  readonly openOrderIds: readonly string[];
}

interface Clearinghouse {
  readonly marginSummary: { readonly totalRawUsd: string };
  readonly assetPositions: readonly { readonly position: { readonly coin: string; readonly szi: string } }[];
}

const ANSWER_WITHIN_MS = 5_000;
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/** Asks the exchange directly, with nothing of the fleet's own adapter between. */
export async function readExchangeAccount(http: HttpClient, url: string, user: string): Promise<ExchangeAccount> {
  const ask = async (type: string): Promise<unknown> => {
    const answer = await http.request({
      method: 'POST',
      url: `${url}/info`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type, user }),
      timeoutMs: ANSWER_WITHIN_MS,
      maxResponseBytes: ANSWER_BYTES_MAX,
    });
    if (answer.status !== 200)
      throw new Error(`${url}/info ${type}: ${String(answer.status)} ${answer.body.slice(0, 200)}`);
    return JSON.parse(answer.body) as unknown;
  };
  const state = (await ask('clearinghouseState')) as Clearinghouse;
  const orders = (await ask('openOrders')) as readonly { readonly coin: string; readonly oid: number }[];
  const held = state.assetPositions.map(
    ({ position: { coin, szi } }) => [`hyperliquid_${coin}-PERP`, parseAmount(szi)] as const,
  );
  return {
    rawCash: parseAmount(state.marginSummary.totalRawUsd),
    positions: new Map(held.filter(([, quantity]) => quantity !== 0n)),
    openOrders: orders.length,
    openOrderIds: orders.map(({ coin, oid }) => `${coin} ${String(oid)}`),
  };
}
