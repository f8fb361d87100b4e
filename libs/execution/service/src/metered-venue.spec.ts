import { makeClientOrderId, timeNs } from '@argosy/domain';
import { anInstrument, ManualTime } from '@argosy/testing';
import type { Cancellation, TradingHandlers, VenueFence, VenueTrouble } from '@argosy/venue-port';
import { MeteredVenue } from './metered-venue.js';
import { ScriptedVenue } from './testing/scripted-venue.js';

/** As Binance: whoever asks on during a pause is banned. */
class BanningVenue extends ScriptedVenue {
  override readonly fence: VenueFence = {
    ...new ScriptedVenue(new ManualTime().clock).fence,
    rateLimits: { windows: [], earned: undefined, batchMax: 39, cancelTrickleMs: undefined },
  };
}

/** As documented by Hyperliquid: 1,200 weight a minute. */
class LimitedVenue extends ScriptedVenue {
  override readonly fence: VenueFence = {
    ...new ScriptedVenue(new ManualTime().clock).fence,
    rateLimits: {
      windows: [
        {
          name: 'weight',
          limit: 1_200,
          windowMs: 60_000,
          costs: {
            order: { base: 1 },
            cancel: { base: 1 },
            command: { base: 1 },
            read_light: { base: 2 },
            read: { base: 20 },
            read_history: { base: 20, itemsPerUnit: 20 },
          },
        },
      ],
      earned: undefined,
      batchMax: 39,
      cancelTrickleMs: 10_000,
    },
  };
}

const NO_HANDLERS: TradingHandlers = {
  onOrder: () => undefined,
  onFill: () => undefined,
  onFunding: () => undefined,
  onConnected: () => undefined,
  onDisconnected: () => undefined,
  onUnknown: () => undefined,
};
const cancellation: Cancellation = {
  instrument: anInstrument(),
  clientOrderId: makeClientOrderId({ fleet: 1, account: 7, epoch: 1, sequence: 1n }),
  nonce: 1n,
  expiresAt: timeNs(1n),
};
const limited: VenueTrouble = { kind: 'rate_limited', reason: '429', retryAfterMs: 5_000 };

async function metered(Venue: typeof ScriptedVenue) {
  const time = new ManualTime();
  const inner = new Venue(time.clock);
  const venue = new MeteredVenue(inner, time.clock, 1);
  await venue.start(NO_HANDLERS);
  const cancel = (): Promise<string> =>
    venue.roomForCancels(1) === 0 ? Promise.resolve('no room') : venue.cancel([cancellation]).then(() => 'left');
  return { time, inner, venue, cancel };
}

describe('a venue within its limits (EX-6, F-37)', () => {
  it('cancels go on after an order or a question met a limit', async () => {
    const { inner, cancel } = await metered(ScriptedVenue);
    inner.handlers?.onTrouble?.({ ...limited, request: 'read' });
    expect([await cancel(), inner.cancelled.length]).toEqual(['left', 1]);
  });

  it('nothing at all leaves while a venue bans whoever asks on', async () => {
    const { time, inner, cancel } = await metered(BanningVenue);
    inner.handlers?.onTrouble?.({ ...limited, request: 'order' });
    expect([await cancel(), inner.cancelled.length]).toEqual(['no room', 0]);
    time.advance(5_000);
    expect([await cancel(), inner.cancelled.length]).toEqual(['left', 1]);
  });

  it('orders and sweeps at their fullest leave room to settle a doubt and to reconcile (I-27)', async () => {
    const { time, venue } = await metered(LimitedVenue);
    while (venue.orderRefusal() === undefined) time.advance(1);
    await expect(venue.openOrders()).rejects.toMatchObject({ code: 'VENUE_RATE_LIMITED' });
    const id = { clientOrderId: cancellation.clientOrderId };
    for (let asked = 0; asked < 20; asked += 1) await expect(venue.orderStatus(id)).resolves.toBeUndefined();
    await expect(venue.openOrders('cancel')).resolves.toEqual([]);
    await expect(venue.fillsSince(timeNs(1n), 'cancel')).resolves.toEqual([]);
  });

  it('a minute of sweeps with few rows costs little: what came is counted, not what might have', async () => {
    const { time, venue } = await metered(LimitedVenue);
    for (let sweep = 0; sweep < 12; sweep += 1) {
      await venue.fillsSince(timeNs(1n));
      time.advance(5_000);
    }
    let orders = 0;
    while (venue.orderRefusal() === undefined) orders += 1;
    expect(orders).toBeGreaterThan(300);
  });
});
