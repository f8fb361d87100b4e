import { accountId, format, type InstrumentId, timeNs } from '@argosy/domain';
import { dayOf, type Entry, GENESIS, type LedgerFact, type LedgerStore, verifyChain } from '@argosy/ledger-core';
import { NodeDigest } from '../node-digest.js';
import {
  aBooking,
  aFillFact,
  aFundingFact,
  anOpeningFact,
  aSuspenseFact,
  aTransferFact,
  BTC,
  DAY_ONE,
  ETH,
  MAIN,
} from './ledger-facts.js';

export interface LedgerStoreUnderTest {
  /** A store over empty books. */
  fresh(): Promise<LedgerStore>;
  /** A second process on the same books. */
  other(): LedgerStore;
  stop(): Promise<void>;
}

/** What every ledger store must do (LG-1, I-26, I-33 to I-37, I-40, I-43, I-47). */
export function ledgerStoreContract(name: string, start: () => Promise<LedgerStoreUnderTest>): void {
  describe(`${name} keeps the ledger store contract`, () => {
    let under: LedgerStoreUnderTest;
    let store: LedgerStore;
    beforeAll(async () => {
      under = await start();
    }, 120_000);
    afterAll(async () => {
      await under.stop();
    });
    beforeEach(async () => {
      store = await under.fresh();
    });

    const balance = async (type: string): Promise<string> => {
      const rows = (await store.balances(MAIN)).filter(({ account }) => account.type === type);
      return format(rows.reduce((sum, { amount }) => sum + amount, 0n) as never);
    };
    const held = async (): Promise<string[]> =>
      (await store.positions(MAIN)).map(
        ({ strategyId, instrumentId, quantity, cost }) =>
          `${strategyId} ${instrumentId} ${format(quantity)} ${format(cost)}`,
      );
    const whole = async (): Promise<void> => {
      expect((await store.checkIntegrity()).problems).toEqual([]);
    };

    it('starts empty and whole', async () => {
      expect(await store.accounts()).toEqual([]);
      expect(await store.checkIntegrity()).toMatchObject({ problems: [], postings: 0n, entries: 0n, chainValid: true });
    });

    it('books an opening, fills, fees, funding and a withdrawal, and every figure follows', async () => {
      const receipt = await store.book(
        aBooking(
          [
            anOpeningFact('1000'),
            aFillFact('1', { quantity: '2', price: '100', fee: '0.2', arrival: '99.5' }),
            aFillFact('2', {
              side: 'sell',
              quantity: '3',
              price: '110',
              fee: '-0.05',
              at: DAY_ONE + 86_400_000_000_000n,
            }),
            aFundingFact('3', '-0.4'),
            aTransferFact('4', '-100'),
          ],
          9n,
        ),
      );
      expect(receipt.booked.map(({ sequence, kind }) => [sequence, kind])).toEqual([
        [1n, 'opening'],
        [2n, 'fill'],
        [3n, 'fill'],
        [4n, 'funding'],
        [5n, 'transfer'],
      ]);
      expect(await held()).toEqual([`maker ${BTC} -1 -110`]);
      expect([await balance('cash'), await balance('settlement'), await balance('realised_pnl')]).toEqual([
        '899.45',
        '130',
        '-20',
      ]);
      const [books] = await store.accounts();
      expect(books).toMatchObject({ accountId: MAIN, accountKind: 'live', venue: 'hyperliquid', factsSequence: 9n });
      expect(books?.head.sequence).toBe(5n);
      const second = await store.dayTotals(dayOf(DAY_ONE) + 1, dayOf(DAY_ONE) + 1);
      expect(second.map(({ account, amount }) => `${account.type} ${format(amount)}`).sort()).toEqual([
        'cash 0.05',
        'counterparty 3',
        'position_notional -310',
        'position_quantity -3',
        'realised_pnl -20',
        'rebate -0.05',
        'settlement 330',
      ]);
      const [position] = await store.positions();
      expect(position?.openedAtNs).toBe(DAY_ONE + 86_400_000_000_000n);
      await whole();
    });

    it('I-26, I-37, I-43: the same facts again change nothing, alone, mixed with new ones, or twice in a batch', async () => {
      const [a, b, c] = [aFillFact('a'), aFillFact('b', { price: '101' }), aFillFact('c', { price: '102' })];
      await store.book(aBooking([anOpeningFact('10'), a, b, a], 3n));
      const before = await store.accounts();
      const again = await store.book(aBooking([anOpeningFact('10'), a, b], 3n));
      expect([again.booked.length, again.repeated, again.refused.length]).toEqual([0, 3, 0]);
      expect(await store.accounts()).toEqual(before);
      const mixed = await store.book(aBooking([b, c, a], 4n));
      expect(mixed.booked.map(({ externalId }) => externalId)).toEqual(['fill:c']);
      expect(await held()).toEqual([`maker ${BTC} 3 303`]);
      expect(await store.breaks(10)).toEqual([]);
      await whole();
    });

    it('the same external id with other content is refused by name, kept as a break once, and booked never', async () => {
      await store.book(aBooking([aFillFact('a', { quantity: '1' })], 1n));
      const liar = aFillFact('a', { quantity: '2' });
      for (const _twice of [1, 2]) {
        const receipt = await store.book(aBooking([liar, aFillFact('b')], 2n));
        expect(receipt.refused.map(({ refusal }) => refusal.code)).toEqual(['external_id_conflict']);
      }
      expect(await held()).toEqual([`maker ${BTC} 2 200`]);
      expect((await store.breaks(10)).map(({ externalId, code }) => [externalId, code])).toEqual([
        ['fill:a', 'external_id_conflict'],
      ]);
      await whole();
    });

    it('one bad fact in a batch is refused by itself, the others are booked (bad input 7)', async () => {
      const elsewhere = aFillFact('x', { account: accountId('other') });
      const unknown = aFillFact('y', { instrument: 'hyperliquid_what' as InstrumentId });
      const huge = aFillFact('z', { price: '99999999999999999999', quantity: '99999999999999999999' });
      const receipt = await store.book(
        aBooking([aFillFact('a'), elsewhere, unknown, huge, anOpeningFact('5'), aFillFact('b')], 6n),
      );
      expect(receipt.booked.map(({ externalId }) => externalId)).toEqual(['fill:a', 'fill:b']);
      expect(receipt.refused.map(({ refusal }) => refusal.code)).toEqual([
        'account_mismatch',
        'instrument_unknown',
        'amount_out_of_range',
        'opening_late',
      ]);
      expect((await store.breaks(10)).length).toBe(4);
      await whole();
    });

    it('I-35: a correction is a new entry with a reference, once, and takes everything back', async () => {
      const correct = (corrects: bigint): LedgerFact => ({
        kind: 'correction',
        accountId: MAIN,
        epoch: 2,
        venue: 'hyperliquid',
        corrects,
        reason: 'busted “trade”, \\ "quoted"',
        actor: 'person:anna',
        decidedAtNs: DAY_ONE,
      });
      await store.book(aBooking([aFillFact('a')], 1n));
      const receipt = await store.book(aBooking([correct(1n)], 1n));
      expect(receipt.booked.map(({ kind, corrects }) => [kind, corrects])).toEqual([['correction', 1n]]);
      const again = await store.book(aBooking([correct(1n), correct(2n), correct(7n), correct(0n)], 1n));
      expect([again.repeated, ...again.refused.map(({ refusal }) => refusal.code)]).toEqual([
        1,
        'correction_circular',
        'correction_unknown',
        'correction_unknown',
      ]);
      expect(await held()).toEqual([`maker ${BTC} 0 0`]);
      await whole();
    });

    it('I-29, 5.14: an unexplained position is in the books as suspense, not as a trade, until a correction takes it back', async () => {
      await store.book(aBooking([aFillFact('a', { quantity: '2' })], 1n));
      const found = aSuspenseFact('break-1', '-0.5', '104');
      const receipt = await store.book(aBooking([found, found], 2n));
      expect([receipt.repeated, ...receipt.booked.map(({ kind, externalId }) => `${kind} ${externalId}`)]).toEqual([
        1,
        'suspense suspense:break-1',
      ]);
      expect(await held()).toEqual([` ${BTC} -0.5 -52`, `maker ${BTC} 2 200`]);
      const suspended = (await store.balances(MAIN)).filter(({ account }) => account.type === 'suspense');
      expect(suspended.map(({ account, amount }) => `${account.asset} ${format(amount)}`)).toEqual([
        `${BTC} 0.5`,
        'USDC 52',
      ]);
      expect(await balance('realised_pnl')).toBe('0');
      expect(await store.trades({ limit: 10 })).toHaveLength(1);
      await store.book(
        aBooking(
          [
            {
              kind: 'correction',
              accountId: MAIN,
              epoch: 1,
              venue: 'hyperliquid',
              corrects: 2n,
              reason: 'the fill behind it was found',
              actor: 'person:anna',
              decidedAtNs: DAY_ONE,
            },
            aFillFact('found', { side: 'sell', quantity: '0.5', price: '104', strategy: '' }),
          ],
          3n,
        ),
      );
      expect(await balance('suspense')).toBe('0');
      expect(await held()).toEqual([` ${BTC} 0 0`, `external ${BTC} -0.5 -52`, `maker ${BTC} 2 200`]);
      await whole();
    });

    it('a break without a price is worth nothing, one of nothing changes nothing, one of another venue is refused', async () => {
      const elsewhere = { ...aSuspenseFact('x', '1'), venue: 'binance' as const };
      const receipt = await store.book(
        aBooking([aSuspenseFact('a', '3'), elsewhere, aSuspenseFact('b', '0'), aSuspenseFact('c', '1', '0')], 1n),
      );
      expect(receipt.refused.map(({ refusal }) => refusal.code)).toEqual(['account_mismatch', 'price_not_positive']);
      expect(receipt.repeated).toBe(1);
      expect(await held()).toEqual([` ${BTC} 3 0`]);
      await whole();
    });

    it('5.11: what the venue trades for us by itself is booked like any fill, with its cause, and belongs to no strategy', async () => {
      await store.book(
        aBooking(
          [
            aFillFact('ours', { quantity: '2' }),
            aFillFact('liq', { side: 'sell', price: '60', strategy: '', cause: 'liquidation' }),
            aFillFact('adl', { side: 'sell', price: '130', strategy: '', cause: 'auto_deleveraging' }),
          ],
          3n,
        ),
      );
      expect(await held()).toEqual([`external ${BTC} -2 -190`, `maker ${BTC} 2 200`]);
      const trades = await store.trades({ limit: 10, strategyId: 'external' });
      expect(trades.map(({ details }) => [details.fillId, details.cause])).toEqual([
        ['adl', 'auto_deleveraging'],
        ['liq', 'liquidation'],
      ]);
      await whole();
    });

    it('known failure "negative fees counted twice": a rebate is earned once, whoever tells it how often', async () => {
      const rebated = aFillFact('r', { fee: '-0.05' });
      await store.book(aBooking([rebated, rebated], 2n));
      await store.book(aBooking([rebated], 3n));
      expect([await balance('cash'), await balance('rebate'), await balance('fee')]).toEqual(['0.05', '-0.05', '0']);
      await whole();
    });

    it('known failure "funding counted twice": a payment is booked once, from the stream, a sweep and a refill', async () => {
      const paid = aFundingFact('hyperliquid/main/BTC/1', '-0.4');
      await store.book(aBooking([aFillFact('a'), paid], 2n));
      await store.book(aBooking([paid, { ...paid, epoch: 2 }], 4n));
      await under.other().book(aBooking([paid], 4n));
      expect([await balance('cash'), await balance('funding')]).toEqual(['-0.42', '0.4']);
      await whole();
    });

    it('I-47: entries read back hash to the chain, whatever their text', async () => {
      await store.book(
        aBooking(
          [
            aFillFact('é{}",\\\n'),
            aFillFact('NULL', { strategy: 'momentum' }),
            aTransferFact('ünï 😀', '1.000000000001'),
          ],
          3n,
        ),
      );
      const entries = await store.entries(MAIN, 0n, 1000);
      const [books] = await store.accounts();
      expect(verifyChain(new NodeDigest(), GENESIS, entries)).toEqual({ ok: true, head: books?.head });
      expect((await store.entries(MAIN, 1n, 1)).map(({ sequence }) => sequence)).toEqual([2n]);
      expect(entries.map(({ externalId }) => externalId)).toEqual(['fill:é{}",\\\n', 'fill:NULL', 'transfer:ünï 😀']);
      await whole();
    });

    it('accounts are apart: the same external id may be booked in each', async () => {
      const other = accountId('other');
      await store.book(aBooking([aFillFact('a')], 1n));
      await store.book(aBooking([aFillFact('a', { account: other, quantity: '5' })], 1n, other));
      expect((await store.accounts()).map(({ accountId: id, head }) => [id, head.sequence])).toEqual([
        [MAIN, 1n],
        [other, 1n],
      ]);
      expect((await store.positions(other)).map(({ quantity }) => format(quantity))).toEqual(['5']);
      await whole();
    });

    it('trades come newest first and by filter', async () => {
      await store.book(
        aBooking([aFillFact('1'), aFillFact('2', { strategy: 'momentum' }), aFundingFact('f', '1')], 3n),
      );
      await store.book({
        ...aBooking([aFillFact('3', { instrument: ETH, at: DAY_ONE + 5n })], 4n),
        bookedAtNs: timeNs(DAY_ONE + 9_000n),
      });
      const ids = async (filter: object): Promise<(string | undefined)[]> =>
        (await store.trades({ limit: 10, ...filter })).map(({ details }: Entry) => details.fillId);
      expect(await ids({})).toEqual(['3', '2', '1']);
      expect(await ids({ limit: 1 })).toEqual(['3']);
      expect(await ids({ strategyId: 'momentum' })).toEqual(['2']);
      expect(await ids({ instrumentId: ETH, accountId: MAIN })).toEqual(['3']);
      expect(await ids({ sinceNs: DAY_ONE + 1n })).toEqual(['3']);
      expect(await ids({ accountId: accountId('nobody') })).toEqual([]);
    });

    it('reading on without money moves the cursor, and it never falls', async () => {
      await store.book(aBooking([aFillFact('1')], 5n));
      await store.book(aBooking([], 9n));
      await store.book(aBooking([], 7n));
      expect((await store.accounts()).map(({ factsSequence }) => factsSequence)).toEqual([9n]);
    });

    it('a booking behind one that is not in the books is put off, and the cursor passes nothing that is missing', async () => {
      await store.book(aBooking([aFillFact('1')], 3n));
      for (const facts of [[aFillFact('3')], []]) {
        const early = store.book({ ...aBooking(facts, 9n), behind: 5n });
        await expect(early).rejects.toMatchObject({ name: 'Fault', code: 'STORE_UNAVAILABLE' });
      }
      expect((await store.accounts()).map(({ factsSequence }) => factsSequence)).toEqual([3n]);
      await store.book({ ...aBooking([aFillFact('2')], 5n), behind: 3n });
      await store.book({ ...aBooking([aFillFact('3')], 9n), behind: 5n });
      expect((await store.accounts()).map(({ factsSequence }) => factsSequence)).toEqual([9n]);
      await whole();
    });

    it('I-40: bookings at once are serialised, none lost', async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          store.book(aBooking([aFillFact(`c${String(i)}`), aFillFact(`d${String(i)}`)], 1n)),
        ),
      );
      expect(await held()).toEqual([`maker ${BTC} 40 4000`]);
      await whole();
    });

    it('I-40: a second writer on the same books loses the head race, reads again and loses nothing', async () => {
      const second = under.other();
      await store.book(aBooking([aFillFact('first')], 1n));
      await second.book(aBooking([aFillFact('second', { price: '102' })], 2n));
      const third = await store.book(
        aBooking(
          [aFillFact('second', { price: '102' }), aFillFact('third', { side: 'sell', price: '111', quantity: '2' })],
          3n,
        ),
      );
      expect([third.repeated, third.booked.length]).toEqual([1, 1]);
      await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          [store, second].map((writer, w) => writer.book(aBooking([aFillFact(`${String(w)}/${String(i)}`)], 3n))),
        ).flat(),
      );
      expect([await balance('realised_pnl'), ...(await held())]).toEqual(['-20', `maker ${BTC} 12 1200`]);
      await whole();
    });

    it('I-04: once a newer leader has claimed its epoch, no write of the former one happens', async () => {
      await store.claimEpoch(3);
      await store.book(aBooking([aFillFact('before')], 1n));
      const next = under.other();
      await next.claimEpoch(4);
      const before = await next.accounts();
      const writes = [
        () => store.book(aBooking([aFillFact('late')], 2n)),
        () => store.book(aBooking([aFillFact('late', { instrument: ETH, strategy: 'new' })], 2n)),
        () => store.book(aBooking([anOpeningFact('5', accountId('other'))], 1n, accountId('other'))),
        () => store.book(aBooking([], 9n)),
        () => store.anchor(DAY_ONE),
        () => store.claimEpoch(3),
      ];
      for (const write of writes) await expect(write()).rejects.toMatchObject({ name: 'Fault', code: 'STALE_EPOCH' });
      expect(await next.accounts()).toEqual(before);
      const receipt = await next.book(aBooking([aFillFact('before'), aFillFact('late')], 2n));
      expect([receipt.repeated, receipt.booked.map(({ externalId }) => externalId)]).toEqual([1, ['fill:late']]);
      await whole();
    });

    it('I-03, I-04: an epoch only grows, may be claimed again, and one that was never claimed writes nothing', async () => {
      await store.claimEpoch(7);
      await store.claimEpoch(7);
      await expect(store.claimEpoch(6)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
      await expect(under.other().book(aBooking([aFillFact('a')], 1n))).rejects.toMatchObject({ code: 'STALE_EPOCH' });
      await store.book(aBooking([aFillFact('a')], 1n));
      expect(await held()).toEqual([`maker ${BTC} 1 100`]);
    });

    it('a check from the last checkpoint counts what the full one counts', async () => {
      const recent = { scope: 'recent', checkpointAtNs: DAY_ONE } as const;
      await store.checkIntegrity(recent);
      for (const id of ['1', '2', '3']) {
        await store.book(aBooking([aFillFact(id)], BigInt(id)));
        expect(await store.checkIntegrity(recent)).toEqual(await store.checkIntegrity());
      }
      await whole();
    });

    it('anchors are kept without harm, however often', async () => {
      await store.anchor(DAY_ONE);
      await store.book(aBooking([aFillFact('1')], 1n));
      await store.anchor(DAY_ONE);
      await store.anchor(DAY_ONE);
      await whole();
    });

    it('a batch over the limit is our own bug', async () => {
      const many = Array.from({ length: 1_001 }, (_, i) => aFillFact(String(i)));
      await expect(store.book(aBooking(many, 1n))).rejects.toThrow('a booking of 1001 facts, limit 1000');
    });
  });
}
