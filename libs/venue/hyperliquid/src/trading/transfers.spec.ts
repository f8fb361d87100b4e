import { format, msToNs, timeNs } from '@argosy/domain';
import { SIGNER, SimulatedVenue } from '../testing/simulated-venue.js';
import { aTradingWorld, NOW_MS } from '../testing/trading-fixture.js';

describe('money in and out of the account', () => {
  it('is read from the exchange as it was paid, oldest first', async () => {
    const world = await SimulatedVenue.open();
    const opened = world.nowMs;
    for (const [type, amount] of [
      ['deposit', '10000'],
      ['withdraw', '250.5'],
    ]) {
      await world.pass(1_000);
      const call = { method: 'POST', path: `/accounts/${SIGNER}/${String(type)}`, body: JSON.stringify({ amount }) };
      void world.venue.control.request({ ...call, query: new URLSearchParams() });
      await world.pass(10);
    }
    const since = timeNs(msToNs(opened));
    const transfers = await world.within(100, world.trading.transfersSince(since));
    expect(transfers).toMatchObject([{ amount: 10_000n * 10n ** 12n }, { amount: -2_505n * 10n ** 11n }]);
    expect(world.unknown).toEqual([]);
  });

  it('is paged by time, each transfer once, and a kind nobody has seen is quarantined', async () => {
    const world = await aTradingWorld();
    const row = (index: number) => ({
      time: NOW_MS + index,
      hash: `0x${index.toString(16).padStart(64, '0')}`,
      delta: index === 700 ? { type: 'teleport', usdc: '1.0' } : { type: 'deposit', usdc: '1.0' },
    });
    const rows = Array.from({ length: 1_200 }, (_, index) => row(index));
    world.http.on('userNonFundingLedgerUpdates', ({ startTime, endTime = Number.POSITIVE_INFINITY }) =>
      rows.filter(({ time }) => time >= Number(startTime) && time <= Number(endTime)).slice(0, 500),
    );
    const transfers = await world.trading.transfersSince(timeNs(msToNs(NOW_MS)));
    expect(transfers.length).toBe(1_199);
    expect(format(transfers.reduce((sum, { amount }) => sum + amount, 0n) as never)).toBe('1199');
    expect(world.heard.unknown).toEqual([expect.stringContaining('teleport')]);
    expect(world.http.questions.filter(({ type }) => type === 'userNonFundingLedgerUpdates').length).toBe(3);
  });
});
