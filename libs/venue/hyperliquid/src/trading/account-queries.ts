import {
  type ClientOrderId,
  type Fill,
  type FundingPayment,
  nsToMs,
  type TimeNs,
  type VenueOrderId,
} from '@argosy/domain';
import type { RequestAllowance, Transfer, VenueAccountState, VenueOrderReport } from '@argosy/venue-port';
import type { InfoClient } from '../transport/info-client.js';
import {
  type AccountView,
  parseAccountState,
  parseFill,
  parseFunding,
  parseOpenOrder,
  parseOrderStatus,
  UnknownCoin,
} from '../wire/account-records.js';
import { RecentMap } from '../transport/recent-map.js';
import { list, record, timeMs, whole } from '../wire/field.js';
import { parseTransfer, UnknownTransfer } from '../wire/transfers.js';
import { wireCloid } from './actions.js';
import { allPages } from './paging.js';

/** Documented: at most 2,000 fills, and 500 entries of other histories, an answer. */
const FILLS_PAGE = 2_000;
const FUNDING_PAGE = 500;
const LEDGER_PAGE = 500;
const ROWS_MAX = 20_000;

interface Booked {
  readonly venueTimeNs: TimeNs;
}

/** Oldest first, each id once. */
function inOrder<T extends Booked>(rows: readonly T[], idOf: (value: T) => string): readonly T[] {
  const unique = new Map(rows.map((value) => [idOf(value), value] as const));
  return [...unique.values()].sort((a, b) =>
    a.venueTimeNs < b.venueTimeNs ? -1 : a.venueTimeNs > b.venueTimeNs ? 1 : 0,
  );
}

const TOLD_MAX = 256;

/**
 * What the venue says of one account when asked. An answer that cannot be read whole is a Fault VENUE_PROTOCOL, but for rows of
 * coins we do not trade and of kinds nobody has seen: those are quarantined, once each, or one spot trade by hand would end
 * every sweep.
 */
export class AccountQueries {
  private readonly told = new RecentMap<true>(TOLD_MAX);

  constructor(
    private readonly info: InfoClient,
    private readonly user: string,
    private readonly view: AccountView,
    private readonly onUnknown: (description: string) => void,
  ) {}

  async orderStatus(
    clientOrderId: ClientOrderId,
    venueOrderId: VenueOrderId | undefined,
  ): Promise<VenueOrderReport | undefined> {
    const byCloid = await this.askStatus(wireCloid(clientOrderId));
    // Live orders have been reported unknown by one id and known by the other.
    if (byCloid !== undefined || venueOrderId === undefined) return byCloid;
    return this.askStatus(Number(venueOrderId));
  }

  openOrders(): Promise<readonly VenueOrderReport[]> {
    const type = 'frontendOpenOrders';
    return this.info.ask({ type, user: this.user }, (answer) => {
      const rows = list(answer, type, ROWS_MAX).map((row) => this.ours(type, () => parseOpenOrder(row, this.view)));
      return rows.filter((report) => report !== undefined);
    });
  }

  async fillsSince(since: TimeNs): Promise<readonly Fill[]> {
    const rows = await this.history('userFillsByTime', FILLS_PAGE, since, (row) => parseFill(row, this.view));
    return inOrder(rows, ({ fillId }) => fillId);
  }

  async fundingSince(since: TimeNs): Promise<readonly FundingPayment[]> {
    const rows = await this.history('userFunding', FUNDING_PAGE, since, (row) => parseFunding(row, this.view));
    return inOrder(rows, ({ paymentId }) => paymentId);
  }

  async transfersSince(since: TimeNs): Promise<readonly Transfer[]> {
    const type = 'userNonFundingLedgerUpdates';
    const rows = await this.history(type, LEDGER_PAGE, since, (row) => parseTransfer(row, this.user));
    return inOrder(rows, ({ transferId }) => transferId);
  }

  accountState(): Promise<VenueAccountState> {
    return this.info.ask({ type: 'clearinghouseState', user: this.user }, (answer) =>
      parseAccountState(answer, this.view),
    );
  }

  venueTimeMs(): Promise<number> {
    return this.info.ask({ type: 'clearinghouseState', user: this.user }, (answer) =>
      timeMs(record(answer, 'clearinghouseState')['time'], 'time'),
    );
  }

  requestAllowance(): Promise<RequestAllowance> {
    return this.info.ask({ type: 'userRateLimit', user: this.user }, (answer) => {
      const row = record(answer, 'userRateLimit');
      return {
        used: whole(row['nRequestsUsed'], 'nRequestsUsed'),
        allowed: whole(row['nRequestsCap'], 'nRequestsCap'),
      };
    });
  }

  private askStatus(oid: string | number): Promise<VenueOrderReport | undefined> {
    return this.info.ask({ type: 'orderStatus', user: this.user, oid }, (answer) =>
      parseOrderStatus(answer, this.view),
    );
  }

  private async history<T extends Booked>(
    type: string,
    pageSize: number,
    since: TimeNs,
    parse: (row: unknown) => T,
  ): Promise<readonly T[]> {
    const rowOf = (row: unknown) => ({
      timeMs: timeMs(record(row, type)['time'], 'time'),
      value: this.ours(type, () => parse(row)),
    });
    const rows = await allPages(nsToMs(since), {
      what: type,
      pageSize,
      fetch: ({ startMs, endMs }) =>
        this.info.ask(
          { type, user: this.user, startTime: startMs, ...(endMs === undefined ? {} : { endTime: endMs }) },
          (answer) => list(answer, type, ROWS_MAX).map(rowOf),
        ),
    });
    return rows.map(({ value }) => value).filter((value) => value !== undefined);
  }

  private ours<T>(type: string, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof UnknownCoin || error instanceof UnknownTransfer)) throw error;
      const description = `${type}: ${error.message}`;
      if (this.told.get(description) === undefined) this.onUnknown(description);
      this.told.set(description, true);
      return undefined;
    }
  }
}
