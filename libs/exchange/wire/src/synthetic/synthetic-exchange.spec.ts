import { SilentLogger } from '@argosy/platform-port';
import { ManualTime, settled } from '@argosy/testing';
import type { Address } from '../signing/recover-signer.js';
import { createSyntheticExchange, type SyntheticExchange } from './create-synthetic-exchange.js';

const SIGNER: Address = `0x${'a1'.repeat(20)}`;
const SIGNATURE = { r: '0x1', s: '0x1', v: 27 };
const COMBINED = '/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker';

interface Venue {
  readonly time: ManualTime;
  readonly venue: SyntheticExchange;
  readonly frames: string[];
}

function open(seed: number): Venue {
  const time = new ManualTime();
  const venue = createSyntheticExchange(
    { seed, accounts: [SIGNER], coins: ['BTC'], recoverSigner: () => SIGNER },
    { clock: time.clock, timers: time.timers, logger: new SilentLogger() },
  );
  const frames: string[] = [];
  const peer = { isOpen: true, send: (text: string) => void frames.push(text), close: () => undefined };
  const session = venue.hyperliquid.connect(peer, '/ws');
  for (const subscription of [
    { type: 'l2Book', coin: 'BTC' },
    { type: 'orderUpdates', user: SIGNER },
  ])
    session?.onMessage(JSON.stringify({ method: 'subscribe', subscription }));
  venue.binance.connect(peer, COMBINED);
  venue.start();
  return { time, venue, frames };
}

const post = async (venue: SyntheticExchange, path: string, body: object): Promise<unknown> => {
  const query = new URLSearchParams();
  const answer = await venue.hyperliquid.request({ method: 'POST', path, query, body: JSON.stringify(body) });
  return JSON.parse(answer.body);
};

const buy = (px: string) => ({
  type: 'order',
  orders: [{ a: 0, b: true, p: px, s: '0.01', r: false, t: { limit: { tif: 'Gtc' } } }],
  grouping: 'na',
});

async function minute(seed: number): Promise<readonly string[]> {
  const { time, venue, frames } = open(seed);
  for (let second = 0; second < 20; second += 1) {
    await time.advanceAsync(1_000);
    const nonce = Number(time.nowNs / 1_000_000n);
    frames.push(
      JSON.stringify(
        await post(venue, '/exchange', { action: buy(String(40_000 + second)), nonce, signature: SIGNATURE }),
      ),
    );
  }
  venue.stop();
  return frames;
}

describe('the synthetic exchange without sockets (EX-1)', () => {
  it('rests an order, tells its owner, and shows it when asked', async () => {
    const { time, venue, frames } = open(1);
    await time.advanceAsync(1_000);
    const nonce = Number(time.nowNs / 1_000_000n);
    const answer = await post(venue, '/exchange', { action: buy('40000'), nonce, signature: SIGNATURE });
    expect(answer).toMatchObject({
      status: 'ok',
      response: { data: { statuses: [{ resting: { oid: expect.any(Number) } }] } },
    });
    await settled();
    expect(frames.some((text) => text.startsWith('{"channel":"orderUpdates"') && text.includes('"open"'))).toBe(true);
    expect(await post(venue, '/info', { type: 'openOrders', user: SIGNER })).toHaveLength(1);
    expect(frames.some((text) => text.startsWith('{"stream":"btcusdt@depth@100ms"'))).toBe(true);
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const [first, again, other] = [await minute(3), await minute(3), await minute(4)];
    expect(first.length).toBeGreaterThan(200);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});
