import { format } from '@argosy/domain';
import type { LedgerFact, LedgerStore } from '@argosy/ledger-core';
import { aBooking, aFillFact, anExplanation, aStatement, aSuspenseFact, MAIN } from './ledger-facts.js';
import type { LedgerStoreUnderTest } from './ledger-store.contract.js';

/**
 * A story: what is told, one booking a line, and what stands in the books after each: the position in all, what of it stands
 * in suspense, and how many entries there are.
 */
type Story = readonly (readonly [
  what: string,
  facts: readonly LedgerFact[],
  after: readonly [string, string, number],
])[];

const bought = (id: string, quantity: string): LedgerFact => aFillFact(id, { quantity });

const STORIES: Readonly<Record<string, Story>> = {
  'a ledger that agrees with the venue already books nothing, whatever execution lacks': [
    ['fills that execution has not seen', [bought('a', '2')], ['2', '0', 1]],
    ['the venue holds 2, execution knows of 1.5', [aStatement('b#7', '2', '0.5')], ['2', '0', 1]],
  ],
  'only what the books themselves lack is put into suspense': [
    ['the ledger has more fills than execution', [bought('a', '2')], ['2', '0', 1]],
    ['the venue holds 3, execution knows of 1', [aStatement('b#7', '3', '2', '100')], ['3', '1', 2]],
  ],
  'the fills behind it come, and whoever put it there takes it back': [
    ['a fill', [bought('a', '1')], ['1', '0', 1]],
    ['the venue holds 3', [aStatement('b#7', '3', '2', '100')], ['3', '2', 2]],
    ['the fills come late', [bought('late', '2')], ['5', '2', 3]],
    ['nothing is lacking any more', [aStatement('b#9', '3', '-2')], ['3', '0', 4]],
  ],
  'another leader finds the same break anew: it stands in the books once': [
    ['the venue holds 2', [aStatement('b#7', '2', '2')], ['2', '2', 1]],
    ['so says the next leader', [aStatement('b#12', '2', '2')], ['2', '2', 1]],
    ['and the one after it, knowing of one fill more', [aStatement('b#20', '2', '1')], ['2', '2', 1]],
  ],
  'the fills come under another leader, who knows of no suspense: the ledger takes it back by itself': [
    ['the venue holds 2', [aStatement('b#7', '2', '2')], ['2', '2', 1]],
    ['the fills come late', [bought('late', '2')], ['4', '2', 2]],
    ['the venue still holds 2', [anExplanation('2')], ['2', '0', 3]],
    ['said again', [anExplanation('2')], ['2', '0', 3]],
  ],
  'a part is explained: the rest stands in suspense anew': [
    ['the venue holds 3', [aStatement('b#7', '3', '3')], ['3', '3', 1]],
    ['one fill comes late', [bought('late', '1')], ['4', '3', 2]],
    ['the ledger cannot explain it all', [anExplanation('3')], ['4', '3', 2]],
    ['two are lacking still', [aStatement('b#9', '3', '-1')], ['3', '2', 4]],
  ],
  'it never puts anything there by itself': [
    ['a fill', [bought('a', '1')], ['1', '0', 1]],
    ['the venue says 5', [anExplanation('5')], ['1', '0', 1]],
  ],
  'the same break comes back after it was explained': [
    ['the venue holds 2', [aStatement('b#7', '2', '2')], ['2', '2', 1]],
    ['the venue corrects itself', [aStatement('b#8', '0', '-2')], ['0', '0', 2]],
    ['and holds 2 again', [aStatement('b#9', '2', '2')], ['2', '2', 3]],
  ],
  'facts and what is said of them may come in one booking, twice': [
    ['a fill and a statement', [bought('a', '1'), aStatement('b#2', '4', '3')], ['4', '3', 2]],
    ['both again', [bought('a', '1'), aStatement('b#2', '4', '3')], ['4', '3', 2]],
    ['late fills, explained', [bought('l', '3'), aStatement('b#4', '4', '-3')], ['4', '0', 4]],
    ['all of it again', [aStatement('b#2', '4', '3'), bought('l', '3'), aStatement('b#4', '4', '-3')], ['4', '0', 4]],
  ],
  'a short position lacks as a long one does': [
    ['the venue is short 2', [aStatement('b#7', '-2', '-2', '90')], ['-2', '-2', 1]],
    ['half of it is found', [aFillFact('l', { side: 'sell', quantity: '1' })], ['-3', '-2', 2]],
    ['one is lacking', [aStatement('b#9', '-2', '1', '95')], ['-2', '-1', 4]],
  ],
  'an old record says only what changed': [
    ['found', [aSuspenseFact('b#7', '2', '100')], ['2', '2', 1]],
    ['less', [aSuspenseFact('b#8', '-0.5', '100')], ['1.5', '1.5', 3]],
    ['explained', [aSuspenseFact('b#9', '-1.5')], ['0', '0', 4]],
  ],
};

/** What nobody can explain stands in suspense, once, and is taken back by entries of its own (I-29, I-35, 5.3, 5.14). */
export function suspenseContract(name: string, start: () => Promise<LedgerStoreUnderTest>): void {
  describe(`${name} keeps in suspense what nobody can explain`, () => {
    let under: LedgerStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    }, 120_000);
    afterAll(() => under.stop());

    it.each(Object.entries(STORIES))('%s', async (_title, story) => {
      const store = await under.fresh();
      for (const [step, [what, facts, after]] of story.entries()) {
        const receipt = await store.book(aBooking(facts, BigInt(step + 1)));
        expect([what, receipt.refused]).toEqual([what, []]);
        expect([what, ...(await books(store))]).toEqual([what, ...after]);
      }
      expect((await store.checkIntegrity()).problems).toEqual([]);
    });

    it('as the reversal of the entry that put it there, which stays; nothing is earned or lost by it', async () => {
      const store = await under.fresh();
      await store.book(aBooking([aStatement('b#1', '2', '2', '104')], 1n));
      await store.book(
        aBooking([aFillFact('late', { quantity: '2', price: '103', fee: '0' }), anExplanation('2')], 2n),
      );
      const entries = await store.entries(MAIN, 0n, 10);
      expect(entries.map(({ kind, corrects, externalId }) => [kind, corrects, externalId])).toEqual([
        ['suspense', undefined, 'suspense:b#1'],
        ['fill', undefined, 'fill:late'],
        ['correction', 1n, 'correction:1'],
      ]);
      expect(entries[2]?.details).toMatchObject({ actor: 'ledger', correctedExternalId: 'suspense:b#1' });
      const left = (await store.balances(MAIN)).filter(({ amount }) => amount !== 0n);
      expect(
        left.map(({ account, amount }) => `${account.strategyId} ${account.type} ${format(amount)}`).sort(),
      ).toEqual([
        'maker counterparty -2',
        'maker position_notional 206',
        'maker position_quantity 2',
        'maker settlement -206',
      ]);
    });
  });
}

async function books(store: LedgerStore): Promise<[string, string, number]> {
  const positions = await store.positions(MAIN);
  const total = positions.reduce((sum, { quantity }) => sum + quantity, 0n);
  const house = positions.find(({ strategyId }) => strategyId === '')?.quantity ?? 0n;
  return [format(total as never), format(house as never), (await store.entries(MAIN, 0n, 100)).length];
}
