import { type Clock, isoTime, isVenue, ok, refused, VENUES } from '@argosy/domain';
import { AUDIT_PAGE_MAX, problem } from '@argosy/ops-core';
import type { AuditTrail } from './audit-trail.js';
import type { FleetClient } from './clients/fleet-client.js';
import type { Answer } from './no.js';
import { integrityView, pnlView, positionView, tradeView } from './views/ledger.view.js';
import type { StatusService } from './status.service.js';
import { riskView, stuckView } from './views/risk.view.js';
import { timeOrNull } from './views/text.js';

export interface TradeFilter {
  readonly limit: number;
  readonly account?: string | undefined;
  readonly strategy?: string | undefined;
  readonly exchange?: string | undefined;
  readonly symbol?: string | undefined;
  /** Ns since 1970 UTC. */
  readonly sinceNs: bigint;
}

const TRADES_MAX = 1_000;

/** What the ledger, risk and the audit log say, for people. */
export class BooksService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly audit: AuditTrail,
    private readonly status: StatusService,
    private readonly clock: Clock,
  ) {}

  async positions(account: string): Promise<Answer<unknown>> {
    const page = await this.fleet.ledger.positions(account);
    return page.ok ? ok({ positions: page.value.positions.map(positionView) }) : page;
  }

  async trades({ exchange, symbol, ...filter }: TradeFilter): Promise<Answer<unknown>> {
    if (exchange !== undefined && !isVenue(exchange)) return refused(problem('exchange_unknown', { exchange }));
    const isWhole = symbol !== undefined && VENUES.some((venue) => symbol.startsWith(`${venue}_`));
    const venues = exchange === undefined ? VENUES : [exchange];
    const instruments = symbol === undefined ? [''] : isWhole ? [symbol] : venues.map((venue) => `${venue}_${symbol}`);
    // The ledger knows no exchange without a symbol: then the newest thousand are looked through.
    const limit = exchange !== undefined && symbol === undefined ? TRADES_MAX : filter.limit;
    const answers = await Promise.all(
      instruments.map((instrumentId) =>
        this.fleet.ledger.trades({
          limit,
          accountId: filter.account ?? '',
          strategyId: filter.strategy ?? '',
          instrumentId,
          sinceNs: filter.sinceNs,
        }),
      ),
    );
    const failed = answers.find((answer) => !answer.ok);
    if (failed !== undefined) return failed;
    const trades = answers
      .flatMap((answer) => (answer.ok ? answer.value.trades : []))
      .filter(({ venue }) => exchange === undefined || venue === exchange)
      .sort((a, b) => (a.venueTimeNs < b.venueTimeNs ? 1 : a.venueTimeNs > b.venueTimeNs ? -1 : 0));
    return ok({ trades: trades.slice(0, filter.limit).map(tradeView) });
  }

  /** Today's profit and loss by the split of LG-2, and how many fills made it. */
  async dailyStats(): Promise<Answer<unknown>> {
    const day = isoTime(this.clock.now()).slice(0, 10);
    const sinceNs = BigInt(Date.parse(`${day}T00:00:00Z`)) * 1_000_000n;
    const [pnl, trades] = await Promise.all([
      this.fleet.ledger.pnl({ groupBy: 'total', fromDay: day, toDay: day }),
      this.fleet.ledger.trades({ limit: TRADES_MAX, accountId: '', strategyId: '', instrumentId: '', sinceNs }),
    ]);
    if (!pnl.ok) return pnl;
    if (!trades.ok) return trades;
    const counted = trades.value.trades.length;
    return ok({ day, trades: counted, trades_more: counted === TRADES_MAX, pnl: pnl.value.rows.map(pnlView) });
  }

  async pnl(groupBy: string, fromDay: string, toDay: string): Promise<Answer<unknown>> {
    const page = await this.fleet.ledger.pnl({ groupBy, fromDay, toDay });
    return page.ok ? ok({ rows: page.value.rows.map(pnlView) }) : page;
  }

  async integrity(): Promise<Answer<unknown>> {
    const report = await this.fleet.ledger.integrity();
    if (!report.ok) return report;
    const { problems, chainValid } = report.value;
    this.status.booksChecked(chainValid ? problems : [...problems, 'the chain does not verify']);
    return ok(integrityView(report.value));
  }

  async stuck(): Promise<Answer<unknown>> {
    const summary = await this.fleet.risk.riskSummary();
    return summary.ok ? ok(stuckView(summary.value)) : summary;
  }

  async riskSummary(): Promise<Answer<unknown>> {
    const summary = await this.fleet.risk.riskSummary();
    return summary.ok ? ok(riskView(summary.value)) : summary;
  }

  async auditLog(limit: number): Promise<Answer<unknown>> {
    const [entries, chain] = await Promise.all([
      this.audit.recent(Math.min(limit, AUDIT_PAGE_MAX)),
      this.audit.verify(),
    ]);
    if (!entries.ok) return entries;
    if (!chain.ok) return chain;
    const { value } = chain;
    return ok({
      entries: entries.value.map(({ sequence, atNs, requestId, requestHash, previousHash, ...entry }) => ({
        sequence: Number(sequence),
        at: timeOrNull(atNs),
        request_id: requestId,
        ...entry,
        request_hash: requestHash,
        previous_hash: previousHash,
      })),
      chain: value.valid
        ? { valid: true, entries: Number(value.entries), head_hash: value.headHash }
        : { valid: false, at_sequence: Number(value.atSequence), why: value.why },
    });
  }
}
