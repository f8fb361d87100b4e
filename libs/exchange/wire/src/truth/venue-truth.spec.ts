import { ALICE, Venue } from '../faults/venue.fixture.js';
import { VenueTruth } from './venue-truth.js';

const CLOID = `0x${'0'.repeat(31)}7`;

describe("the venue's own record (I-02, I-05, I-07)", () => {
  it('holds orders, cancels, fills, ends and nonces in order, with signer, nonce, expiry and arrival', async () => {
    const venue = await Venue.open();
    const expiresAfter = venue.nowMs + 500;
    await venue.act(Venue.order('40000', CLOID), 0, { expiresAfter });
    await venue.act({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid: CLOID }] });
    await venue.act(Venue.order('70000'));
    await venue.act({ type: 'noop' });
    const entries = venue.venue.venueTruth().entries();
    expect(entries.map(({ kind }) => kind)).toEqual([
      'nonce',
      'order',
      'nonce',
      'cancel',
      'ended',
      'nonce',
      'order',
      'fill',
      'ended',
      'nonce',
    ]);
    expect(entries[1]).toMatchObject({
      atMs: venue.nowMs,
      account: ALICE,
      signer: ALICE,
      cloid: CLOID,
      coin: 'BTC',
      outcome: 'resting',
      expiresAfter,
    });
    expect(entries[3]).toMatchObject({ cloid: CLOID, outcome: 'done' });
    expect(entries[4]).toMatchObject({ cloid: CLOID, status: 'canceled' });
    expect(entries[7]).toMatchObject({ account: ALICE, oid: (entries[6] as { oid: number }).oid });
    expect(entries[9]).toMatchObject({ action: 'noop' });
    expect(new Set(entries.flatMap((entry) => (entry.kind === 'nonce' ? [entry.nonce] : []))).size).toBe(4);
  });

  it('tells what was refused, whether its nonce is gone, and of bans', async () => {
    const venue = await Venue.open();
    const late = { expiresAfter: venue.nowMs - 1, nonce: venue.nowMs + 1 };
    await venue.act(Venue.order('40000', CLOID), 0, late);
    await venue.act({ type: 'scheduleCancel', time: venue.nowMs + 9_000 });
    venue.put('rate_limited', { settings: { strikes: 1 } });
    await venue.act({ type: 'noop' });
    await venue.act({ type: 'noop' });
    expect(venue.venue.venueTruth().entries()).toMatchObject([
      { kind: 'refused', why: 'actionExpired', nonceTaken: false, cloids: [CLOID] },
      { kind: 'refused', why: 'scheduleVolume', nonceTaken: true },
      { kind: 'nonce' },
      { kind: 'ban', from: 'alice' },
    ]);
  });

  it('a burnt nonce can never carry an order, and the record shows both (I-28)', async () => {
    const venue = await Venue.open();
    const nonce = venue.nowMs + 50;
    await venue.act({ type: 'noop' }, 0, { nonce });
    await venue.act(Venue.order(), 0, { nonce });
    expect(venue.venue.venueTruth().entries()).toMatchObject([
      { kind: 'nonce', nonce, action: 'noop' },
      { kind: 'refused', nonce, why: 'nonceUsed', nonceTaken: false },
    ]);
  });

  it('is bounded, and says so by its numbers (I-57)', () => {
    const truth = new VenueTruth(() => {
      throw new Error('not asked');
    }, 10);
    for (let i = 0; i < 100; i += 1) truth.add({ kind: 'ban', from: 'a', forMs: i }, i);
    expect(truth.entries(95).map(({ seq }) => seq)).toEqual([96, 97, 98, 99, 100]);
    expect(truth.entries(0)[0]?.seq).toBeGreaterThan(80);
    expect(truth.lastSeq).toBe(100);
  });
});
