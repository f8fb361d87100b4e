import type {
  AccountBalance,
  BalancesPage,
  IntegrityReport,
  LedgerTrade,
  PnlPage,
  PnlRequest,
  PnlRow,
  Position,
  PositionsPage,
  PositionsRequest,
  TradesPage,
  TradesRequest,
} from '@argosy/contracts';
import {
  accountId,
  type Amount,
  type Clock,
  format,
  IdFormatError,
  instrumentId,
  negate,
  notional,
  ok,
  absolute,
  type Quantity,
  type Refusal,
  refusal,
  refused,
  type Result,
  timeNs,
  ZERO_AMOUNT,
} from '@argosy/domain';
import {
  averagePrice,
  dayOf,
  type Entry,
  type HeldPosition,
  type IntegrityCheck,
  type LedgerAccountBooks,
  type LedgerStore,
  parseDay,
  PNL_GROUPS,
  type PnlGroup,
  type PnlLine,
  pnlLines,
  type TradeFilter,
  unrealised,
} from '@argosy/ledger-core';
import { equities } from './ledger-figures.js';
import type { MarkPrices } from './mark-prices.js';

const TRADES_LIMIT_MAX = 1_000;
/** Before the fleet's time and after everybody's: every day a total can have. */
const FIRST_DAY = 0;
const LAST_DAY = 2_000_000;

/** Answers from the books; every figure is read when asked, nothing is cached. */
export class LedgerQueries {
  constructor(
    private readonly store: LedgerStore,
    private readonly marks: MarkPrices,
    private readonly clock: Clock,
  ) {}

  async positions(request: PositionsRequest): Promise<Result<PositionsPage, Refusal>> {
    return readable(async () => {
      const [accounts, held] = await Promise.all([
        this.store.accounts(),
        this.store.positions(request.accountId === '' ? undefined : accountId(request.accountId)),
      ]);
      const books = new Map(accounts.map((row) => [row.accountId, row]));
      const positions = held
        .filter(({ quantity }) => quantity !== 0n)
        .map((row) => this.position(row, books.get(row.accountId)));
      return ok({ positions });
    });
  }

  async pnl(request: PnlRequest): Promise<Result<PnlPage, Refusal>> {
    const groupBy = (request.groupBy === '' ? 'total' : request.groupBy) as PnlGroup;
    if (!PNL_GROUPS.includes(groupBy)) return invalid('group_by', request.groupBy);
    const today = dayOf(this.clock.now());
    const from = request.fromDay === '' ? FIRST_DAY : parseDay(request.fromDay);
    const to = request.toDay === '' ? LAST_DAY : parseDay(request.toDay);
    if (from === undefined) return invalid('from_day', request.fromDay);
    if (to === undefined) return invalid('to_day', request.toDay);
    if (from > to) return invalid('from_day', `${request.fromDay} after ${request.toDay}`);
    const [accounts, totals, positions] = await Promise.all([
      this.store.accounts(),
      this.store.dayTotals(from, to),
      this.store.positions(),
    ]);
    const venues = new Map<string, string>(accounts.map(({ accountId: id, venue }) => [id, venue]));
    const lines = pnlLines({
      groupBy,
      totals,
      positions,
      mark: this.marks.of,
      venueOf: (id) => venues.get(id) ?? '',
      valuedOnDay: to >= today && from <= today ? today : undefined,
    });
    return ok({ rows: lines.map(pnlRow) });
  }

  async trades(request: TradesRequest): Promise<Result<TradesPage, Refusal>> {
    if (request.limit < 1 || request.limit > TRADES_LIMIT_MAX)
      return invalid('limit', `${String(request.limit)} (1 to ${String(TRADES_LIMIT_MAX)})`);
    return readable(async () => {
      const filter: TradeFilter = {
        limit: request.limit,
        ...(request.accountId === '' ? {} : { accountId: accountId(request.accountId) }),
        ...(request.strategyId === '' ? {} : { strategyId: request.strategyId }),
        ...(request.instrumentId === '' ? {} : { instrumentId: instrumentId(request.instrumentId) }),
        ...(request.sinceNs === 0n ? {} : { sinceNs: timeNs(request.sinceNs) }),
      };
      return ok({ trades: (await this.store.trades(filter)).map(trade) });
    });
  }

  async balances(): Promise<Result<BalancesPage, Refusal>> {
    const [accounts, totals, positions] = await Promise.all([
      this.store.accounts(),
      this.store.balances(),
      this.store.positions(),
    ]);
    const balances: AccountBalance[] = equities(accounts, totals, positions, this.marks).map(
      ({ books, currency, cash, equity }) => ({
        accountId: books.accountId,
        accountKind: books.accountKind,
        currency,
        cash: format(cash),
        equity: equity === undefined ? '' : format(equity),
      }),
    );
    return ok({ balances });
  }

  /** @param readUpTo how far each account's facts are in the books. */
  async integrity(readUpTo: ReadonlyMap<string, bigint>, check: IntegrityCheck): Promise<IntegrityReport> {
    const { problems, postings, entries, trialBalance, chainValid } = await this.store.checkIntegrity(check);
    return {
      problems: [...problems],
      postings,
      entries,
      trialBalance: Object.fromEntries([...trialBalance].map(([asset, sum]) => [asset, format(sum)])),
      chainValid,
      accountSequences: Object.fromEntries(readUpTo),
    };
  }

  private position(held: HeldPosition, books: LedgerAccountBooks | undefined): Position {
    const mark = this.marks.of(held.instrumentId);
    const value = mark === undefined ? undefined : signedValue(held.quantity, mark);
    return {
      accountId: held.accountId,
      accountKind: books?.accountKind ?? '',
      strategyId: held.strategyId,
      venue: books?.venue ?? '',
      instrumentId: held.instrumentId,
      quantity: format(held.quantity),
      averagePrice: format(averagePrice(held) ?? ZERO_AMOUNT),
      markPrice: mark === undefined ? '' : format(mark),
      notional: value === undefined ? '' : format(value),
      unrealisedPnl: mark === undefined ? '' : format(unrealised(held, mark)),
      openedNs: held.openedAtNs ?? 0n,
    };
  }
}

function signedValue(quantity: Amount, mark: Parameters<typeof notional>[0]): Amount {
  const value = notional(mark, absolute(quantity) as bigint as Quantity, 'down');
  return quantity < 0n ? negate(value) : value;
}

const pnlRow = ({ group, currency, split }: PnlLine): PnlRow => ({
  group,
  currency,
  realised: format(split.realised),
  unrealised: split.unrealised === undefined ? '' : format(split.unrealised),
  funding: format(split.funding),
  fee: format(split.fee),
  slippage: format(split.slippage),
  rebate: format(split.rebate),
  net: format(split.net),
});

function trade({
  accountId: account,
  details,
  instrumentId: instrument,
  occurredAtNs,
  postings,
  sequence,
  strategyId,
  venue,
}: Entry): LedgerTrade {
  const realised = postings.reduce(
    (sum, { account: { type }, amount }) => (type === 'realised_pnl' ? sum - amount : sum),
    0n,
  ) as Amount;
  return {
    fillId: details.fillId ?? '',
    clientOrderId: details.clientOrderId ?? '',
    accountId: account,
    accountKind: details.accountKind ?? '',
    strategyId,
    venue,
    instrumentId: instrument,
    side: details.side ?? '',
    price: details.price ?? '',
    quantity: details.quantity ?? '',
    fee: details.fee ?? '',
    feeAsset: details.feeAsset ?? '',
    liquidity: details.liquidity ?? '',
    realisedPnl: format(realised),
    venueTimeNs: occurredAtNs,
    chainSequence: sequence,
  };
}

const invalid = (field: string, value: string): { readonly ok: false; readonly refusal: Refusal } =>
  refused(refusal('invalid_request', { field, value: value.slice(0, 80) }));

/** An id that is none is the asker's mistake. */
async function readable<T>(answer: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof IdFormatError) return invalid('id', error.text);
    throw error;
  }
}
