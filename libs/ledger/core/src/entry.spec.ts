import { format, instrumentId, parseAmount, type Result } from '@argosy/domain';
import { type EntryDraft, makeEntry, type Posting, POSTINGS_PER_ENTRY_MAX } from './entry.js';
import type { LedgerAccountType } from './chart.js';
import { fillEntry } from './entries/fill-entry.js';
import { openingEntry, transferEntry } from './entries/cash-entries.js';
import { fundingEntry } from './entries/funding-entry.js';
import { applyTrade, FLAT } from './position.js';
import { instrumentTerms } from './instrument-terms.js';
import type { LedgerRefusal } from './ledger-refusal.js';
import { ACCOUNT, BTC, DAY_ONE, fillFact, fundingFact, transferFact } from './testing/facts.js';

const leg = (type: LedgerAccountType, amount: string, asset = 'USDC', instrument = ''): Posting => ({
  account: { type, strategyId: '', instrumentId: instrument, asset },
  amount: parseAmount(amount),
});
const draft = (postings: readonly Posting[], extra: Partial<EntryDraft> = {}): EntryDraft => ({
  accountId: ACCOUNT,
  venue: 'hyperliquid',
  kind: 'transfer',
  externalId: 'transfer:1',
  occurredAtNs: DAY_ONE,
  epoch: 1,
  strategyId: '',
  instrumentId: '',
  details: {},
  postings,
  ...extra,
});
const codeOf = <T>(result: Result<T, LedgerRefusal>): string => (result.ok ? 'ok' : result.refusal.code);

describe('makeEntry refuses bad entries by a stable code and changes nothing (bad input 7, I-33, I-36)', () => {
  const cash = leg('cash', '1');
  it.each([
    ['balanced', draft([cash, leg('external', '-1')]), 'ok'],
    ['unbalanced by one unit', draft([cash, leg('external', '-0.999999999999')]), 'unbalanced'],
    ['balanced over two currencies but not in each', draft([cash, leg('external', '-1', 'USDT')]), 'unbalanced'],
    ['a single leg', draft([cash]), 'single_leg'],
    ['no leg', draft([]), 'single_leg'],
    ['a leg of nothing', draft([cash, leg('external', '-1'), leg('fee', '0')]), 'zero_posting'],
    [
      'a million legs',
      draft(Array.from({ length: POSTINGS_PER_ENTRY_MAX + 1 }, (_, i) => leg('cash', i % 2 === 0 ? '1' : '-1'))),
      'too_many_postings',
    ],
    [
      'an amount the column cannot hold',
      draft([
        { ...cash, amount: (10n ** 38n) as never },
        { ...leg('external', '1'), amount: -(10n ** 38n) as never },
      ]),
      'amount_out_of_range',
    ],
    [
      'money in a quantity account',
      draft([leg('position_quantity', '1', 'USDC', BTC), leg('counterparty', '-1', 'USDC', BTC)]),
      'currency_mismatch',
    ],
    ['contracts in a money account', draft([leg('cash', '1', BTC), leg('external', '-1', BTC)]), 'currency_mismatch'],
    [
      'a quantity of an unknown instrument',
      draft([leg('position_quantity', '1', 'X', 'nowhere_X'), leg('counterparty', '-1', 'X', 'nowhere_X')]),
      'currency_mismatch',
    ],
    ['an empty external id', draft([cash, leg('external', '-1')], { externalId: '' }), 'text_invalid'],
    ['NUL in a detail', draft([cash, leg('external', '-1')], { details: { reason: 'a\0b' } }), 'text_invalid'],
    [
      'a lone surrogate in a detail',
      draft([cash, leg('external', '-1')], { details: { reason: 'a\ud800' } }),
      'text_invalid',
    ],
  ])('%s', (_story, entry, code) => {
    expect(codeOf(makeEntry(entry))).toBe(code);
  });
});

const show = (result: Result<EntryDraft, LedgerRefusal>): string[] =>
  result.ok
    ? result.value.postings.map(({ account, amount }) => `${account.type} ${format(amount)} ${account.asset}`)
    : [result.refusal.code];
const drafted = (result: ReturnType<typeof fillEntry>): Result<EntryDraft, LedgerRefusal> =>
  result.ok ? { ok: true, value: result.value.draft } : result;

describe('entries of facts (LG-1)', () => {
  it('a perpetual buy with a fee and an arrival price posts quantity, money, fee and slippage', () => {
    expect(
      show(drafted(fillEntry(fillFact({ quantity: '2', price: '101', fee: '0.05', arrival: '100.5' }), FLAT))),
    ).toEqual([
      'position_quantity 2 hyperliquid_BTC-PERP',
      'counterparty -2 hyperliquid_BTC-PERP',
      'position_notional 202 USDC',
      'settlement -202 USDC',
      'fee 0.05 USDC',
      'cash -0.05 USDC',
      'slippage 1 USDC',
      'slippage_contra -1 USDC',
    ]);
  });

  it('a flip realises the closed part and a negative fee is a rebate', () => {
    const long = applyTrade(FLAT, 'buy', fillFact({ price: '100' }).fill.price, fillFact().fill.quantity).position;
    expect(
      show(drafted(fillEntry(fillFact({ side: 'sell', quantity: '3', price: '110', fee: '-0.01' }), long))),
    ).toEqual([
      'position_quantity -3 hyperliquid_BTC-PERP',
      'counterparty 3 hyperliquid_BTC-PERP',
      'position_notional -320 USDC',
      'settlement 330 USDC',
      'realised_pnl -10 USDC',
      'cash 0.01 USDC',
      'rebate -0.01 USDC',
    ]);
  });

  it('a spot buy pays money and may pay its fee in the base asset', () => {
    const spot = {
      instrument: instrumentId('binance_BTC-USDT'),
      venue: 'binance' as const,
      feeAsset: 'BTC',
      fee: '0.001',
    };
    expect(show(drafted(fillEntry(fillFact(spot), FLAT)))).toEqual([
      'position_quantity 1 BTC',
      'counterparty -1 BTC',
      'position_notional 100 USDT',
      'cash -100 USDT',
      'fee 0.001 BTC',
      'cash -0.001 BTC',
    ]);
  });

  it('funding is shared by position, exactly, and the house has it when nobody holds', () => {
    const holders = ['a', 'b', 'c'].map((strategyId) => ({
      strategyId,
      instrumentId: BTC,
      quantity: parseAmount('1'),
      cost: parseAmount('100'),
    }));
    expect(show(fundingEntry(fundingFact('p', '-0.1'), holders))).toEqual([
      'cash -0.033333333333 USDC',
      'funding 0.033333333333 USDC',
      'cash -0.033333333333 USDC',
      'funding 0.033333333333 USDC',
      'cash -0.033333333334 USDC',
      'funding 0.033333333334 USDC',
    ]);
    expect(show(fundingEntry(fundingFact('p', '0.1'), []))).toEqual(['cash 0.1 USDC', 'funding -0.1 USDC']);
  });

  it('a transfer comes from outside; an opening takes over cash and positions against opening equity', () => {
    expect(show(transferEntry(transferFact('t', '-5')))).toEqual(['cash -5 USDC', 'external 5 USDC']);
    const opening = openingEntry({
      kind: 'opening',
      accountId: ACCOUNT,
      epoch: 1,
      venue: 'hyperliquid',
      balances: [{ asset: 'USDC', rawAmount: parseAmount('1200') }],
      positions: [{ instrumentId: BTC, quantity: parseAmount('-2'), averagePrice: fillFact().fill.price }],
      observedAtNs: DAY_ONE,
    });
    expect(show(opening.ok ? { ok: true, value: opening.value.draft } : opening)).toEqual([
      'position_quantity -2 hyperliquid_BTC-PERP',
      'opening_equity 2 hyperliquid_BTC-PERP',
      'position_notional -200 USDC',
      'settlement 200 USDC',
      'cash 1000 USDC',
      'opening_equity -1000 USDC',
    ]);
  });

  it.each([
    ['of another venue', fillFact({ venue: 'binance' }), 'account_mismatch'],
    ['of an unknown instrument', fillFact({ instrument: instrumentId('nowhere_BTC') }), 'instrument_unknown'],
    ['of nothing', fillFact({ quantity: '0' }), 'quantity_not_positive'],
    ['at no price', fillFact({ price: '0' }), 'price_not_positive'],
    [
      'too large to store',
      fillFact({ price: '99999999999999999999', quantity: '99999999999999999999' }),
      'amount_out_of_range',
    ],
    ['with a fee in text that is no asset', fillFact({ fee: '1', feeAsset: 'US/DC' }), 'currency_mismatch'],
  ])('refuses a fill %s', (_story, fact, code) => {
    expect(codeOf(fillEntry(fact, FLAT))).toBe(code);
  });
});

describe('instrument terms', () => {
  it.each([
    ['hyperliquid_BTC-PERP', 'perpetual BTC/USDC counted in hyperliquid_BTC-PERP'],
    ['binance_BTC-USDT', 'spot BTC/USDT counted in BTC'],
    ['binance-usdm_BTC-USDT-PERP', 'perpetual BTC/USDT counted in binance-usdm_BTC-USDT-PERP'],
    ['hyperliquid_', 'instrument_unknown'],
    ['BTC-PERP', 'instrument_unknown'],
    ['kraken_BTC-PERP', 'instrument_unknown'],
  ])('%s', (id, expected) => {
    const terms = instrumentTerms(instrumentId(id));
    expect(
      terms.ok
        ? `${terms.value.kind} ${terms.value.base}/${terms.value.quote} counted in ${terms.value.quantityAsset}`
        : terms.refusal.code,
    ).toBe(expected);
  });
});
