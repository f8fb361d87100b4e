import {
  type AccountId,
  type Clock,
  nsToMs,
  timeNs,
  toApproximateNumber,
  type Amount,
  type Venue,
} from '@argosy/domain';
import {
  type AccountTotal,
  dayOf,
  type HeldPosition,
  instrumentTerms,
  type LedgerAccountBooks,
  type LedgerStore,
  pnlLines,
  unrealised,
  walletBalances,
} from '@argosy/ledger-core';
import { type LedgerMetrics, PNL_PARTS } from './ledger.metrics.js';
import type { MarkPrices } from './mark-prices.js';

/** Dollars that count as USD in figures for people; money itself is never converted. */
const DOLLARS: ReadonlySet<string> = new Set(['USD', 'USDC', 'USDT']);

/** One account's money as the venue would put it. */
export interface AccountEquity {
  readonly books: LedgerAccountBooks;
  readonly currency: string;
  readonly cash: Amount;
  /** Undefined while a mark is missing. */
  readonly equity: Amount | undefined;
}

/** Cash and equity by account and currency; a spot holding counts as the currency it is. */
export function equities(
  accounts: Iterable<LedgerAccountBooks>,
  balances: Iterable<AccountTotal>,
  positions: readonly HeldPosition[],
  marks: MarkPrices,
): AccountEquity[] {
  const wallets = walletBalances(balances);
  return [...accounts].flatMap((books) =>
    [...(wallets.get(books.accountId) ?? [])].map(([currency, cash]) => {
      const open = positions.filter(
        (position) => position.accountId === books.accountId && isPerpetualIn(position, currency),
      );
      const values = open.map((position) => valueOf(position, marks));
      const missing = values.includes(undefined);
      const equity = values.reduce<bigint>((sum, value) => sum + (value ?? 0n), cash) as Amount;
      return { books, currency, cash, equity: missing ? undefined : equity };
    }),
  );
}

function isPerpetualIn({ instrumentId, quantity }: HeldPosition, currency: string): boolean {
  const terms = instrumentTerms(instrumentId);
  return quantity !== 0n && terms.ok && terms.value.kind === 'perpetual' && terms.value.quote === currency;
}

function valueOf(position: HeldPosition, marks: MarkPrices): Amount | undefined {
  const mark = marks.of(position.instrumentId);
  return mark === undefined ? undefined : unrealised(position, mark);
}

interface DayStart {
  readonly day: number;
  readonly equity: number;
  readonly unrealised: number;
}

/** Sets the gauges from the books; floats from here on, because nothing of it is money any more. */
export class LedgerFigures {
  private readonly venues = new Set<Venue>();
  private readonly symbols = new Set<string>();
  private peak = 0;
  private equity = 0;
  private start: DayStart | undefined;

  constructor(
    private readonly store: LedgerStore,
    private readonly marks: MarkPrices,
    private readonly metrics: LedgerMetrics,
    private readonly clock: Clock,
  ) {}

  async refresh(): Promise<void> {
    const today = dayOf(this.clock.now());
    const [accounts, balances, held, totals] = await Promise.all([
      this.store.accounts(),
      this.store.balances(),
      this.store.positions(),
      this.store.dayTotals(today, today),
    ]);
    const open = held.filter(({ quantity }) => quantity !== 0n);
    this.showPositions(accounts, open);
    this.showCapital(equities(accounts, balances, open, this.marks), open);
    const venueOf = (id: string): string => accounts.find(({ accountId }) => accountId === id)?.venue ?? '';
    const lines = { mark: this.marks.of, venueOf, valuedOnDay: today, positions: open };
    const [day] = dollars(pnlLines({ ...lines, groupBy: 'total', totals }));
    this.showDay(today, day === undefined ? 0 : day.net, day?.unrealised ?? 0);
    this.showSplit(
      pnlLines({ ...lines, groupBy: 'strategy', totals: balances.map((total) => ({ ...total, day: today })) }),
    );
  }

  private showPositions(accounts: readonly LedgerAccountBooks[], open: readonly HeldPosition[]): void {
    this.metrics.positionCount.set({}, open.length);
    const venueOf = new Map<AccountId, Venue>(accounts.map(({ accountId, venue }) => [accountId, venue]));
    for (const { venue } of accounts) this.venues.add(venue);
    for (const venue of this.venues) {
      this.metrics.positionsOpen.set(
        { venue },
        open.filter(({ accountId }) => venueOf.get(accountId) === venue).length,
      );
    }
    const minutes = new Map<string, number>();
    for (const { instrumentId, openedAtNs } of open) {
      const age = openedAtNs === undefined ? 0 : nsToMs(timeNs(this.clock.now() - openedAtNs)) / 60_000;
      minutes.set(instrumentId, Math.max(age, minutes.get(instrumentId) ?? 0));
      this.symbols.add(instrumentId);
    }
    for (const symbol of this.symbols) this.metrics.positionMinutes.set({ symbol }, minutes.get(symbol) ?? 0);
  }

  private showCapital(all: readonly AccountEquity[], open: readonly HeldPosition[]): void {
    const live = all.filter(({ books, currency }) => books.accountKind === 'live' && DOLLARS.has(currency));
    // Without every mark the figure would jump: the last whole one stands.
    if (!live.some(({ equity }) => equity === undefined)) {
      const total = live.reduce((sum, { equity }) => sum + toApproximateNumber(equity ?? (0n as Amount)), 0);
      this.peak = Math.max(this.peak, total);
      this.metrics.capital.set({}, total);
      this.metrics.drawdown.set({}, this.peak > 0 ? (100 * (this.peak - total)) / this.peak : 0);
      this.equity = total;
    }
    const risk = open.reduce((sum, { instrumentId, quantity }) => {
      const mark = this.marks.of(instrumentId);
      return mark === undefined ? sum : sum + Math.abs(toApproximateNumber(quantity)) * toApproximateNumber(mark);
    }, 0);
    this.metrics.capitalAtRisk.set({}, risk);
  }
  /** What was unrealised at midnight is yesterday's; a process that did not see midnight starts from nothing. */
  private showDay(day: number, net: number, openProfit: number): void {
    if (this.start === undefined) this.start = { day, equity: this.equity - net, unrealised: 0 };
    else if (this.start.day !== day) this.start = { day, equity: this.equity, unrealised: openProfit };
    const profit = net - this.start.unrealised;
    this.metrics.pnlDaily.set({}, profit);
    this.metrics.pnlDailyPercent.set({}, this.start.equity > 0 ? profit / this.start.equity : 0);
  }

  private showSplit(lines: ReturnType<typeof pnlLines>): void {
    for (const { group, currency, split } of lines) {
      for (const type of PNL_PARTS) {
        const value = split[type];
        if (value !== undefined) this.metrics.pnl.set({ type, strategy: group, currency }, toApproximateNumber(value));
      }
    }
  }
}

/** All dollars in one line. */
function dollars(lines: ReturnType<typeof pnlLines>): { readonly net: number; readonly unrealised: number }[] {
  const ours = lines.filter(({ currency }) => DOLLARS.has(currency));
  if (ours.length === 0) return [];
  const sum = (part: 'net' | 'unrealised'): number =>
    ours.reduce((total, { split }) => total + toApproximateNumber(split[part] ?? (0n as Amount)), 0);
  return [{ net: sum('net'), unrealised: sum('unrealised') }];
}
