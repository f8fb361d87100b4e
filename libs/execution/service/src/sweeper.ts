import { type Amount, Fault, msToNs, type Order, type TimeNs } from '@argosy/domain';
import { type AccountObservation } from '@argosy/contracts';
import { type RateLane, type ReconciliationReport, reconciliationReport } from '@argosy/execution-core';
import type { VenueAccountState, VenueOrderReport } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';
import type { PlacementFlow } from './placement.js';
import { Paced } from './paced.js';
import { PositionWatch } from './position-watch.js';
import type { ReportIntake } from './report-intake.js';
import { TransferWatch } from './transfer-watch.js';

/** The margin asset of the venues that trade today. */
const MARGIN_ASSET = 'USDC';
/** An order younger than this may not show in the venue's list yet, ms. */
const LIST_LAG_MS = 3_000;
/** A storm of messages that nobody can read must not eat the room that a sweep needs. */
const SWEEP_SPACING_MS = 5_000;
const MISSING_SPACING_MS = 3_000;
/** Orders asked about side by side. */
const QUERIES_AT_ONCE = 10;

/** Reads back from the venue what the stream may have missed: fills, funding, open orders, positions, account value. */
export class Sweeper {
  private sweeping: Promise<void> | undefined;
  private observing: Promise<void> | undefined;
  /** Venue times up to which the last sweep that came through has read: what the stream brings does not move them. */
  private sweptFillsTo: TimeNs | undefined;
  private sweptFundingTo: TimeNs | undefined;
  private readonly positions: PositionWatch;
  private readonly transfers: TransferWatch;
  private readonly soon: Paced;
  private readonly missing: Paced;
  lastObservation: AccountObservation | undefined;

  constructor(
    private readonly session: AccountSession,
    private readonly intake: ReportIntake,
    private readonly placement: PlacementFlow,
    private readonly onObserved: (observation: AccountObservation) => void,
  ) {
    this.positions = new PositionWatch(session);
    this.transfers = new TransferWatch(session);
    const { clock, timers } = session.parts.ports;
    this.soon = new Paced(SWEEP_SPACING_MS, clock, timers, () => this.sweep());
    this.missing = new Paced(MISSING_SPACING_MS, clock, timers, () => this.quietly(() => this.sweepFills('cancel')));
  }

  /** One sweep at a time; a call during one shares it. */
  sweep(): Promise<void> {
    this.sweeping ??= this.sweepOnce().finally(() => {
      this.sweeping = undefined;
    });
    return this.sweeping;
  }

  private sweepOnce(): Promise<void> {
    return this.quietly(async () => {
      await this.sweepMoney();
      await this.sweepOrders();
    });
  }

  /** Everything, because something may have been missed: at once, and however often it is asked for, not in a storm. */
  sweepSoon(): void {
    this.soon.ask();
  }

  /** Fills alone, because the venue calls an order filled that we do not: what is known to be missing has room. */
  fetchMissing(): void {
    this.missing.ask();
  }

  /** Fills alone, from time to time. */
  fetchFills(): Promise<void> {
    return this.quietly(() => this.sweepFills());
  }

  stop(): void {
    this.soon.stop();
    this.missing.stop();
  }

  /** Open orders, read less often than fills: a venue counts the question dearly, and the stream tells most of it. */
  listOrders(): Promise<void> {
    return this.quietly(() => this.sweepOrders());
  }

  /** Payments come by the hour. */
  fetchFunding(): Promise<void> {
    return this.quietly(() => this.sweepFunding());
  }

  private async quietly(sweep: () => Promise<void>): Promise<void> {
    try {
      await sweep();
    } catch (error) {
      this.tolerate('sweep_failed', error);
    }
  }

  /**
   * Fills and funding since the last sweep that came through, with overlap; what is known already changes nothing. A fill
   * that the stream lost is found even if later ones arrived while no sweep could.
   */
  async sweepMoney(lane?: RateLane): Promise<void> {
    await Promise.all([this.sweepFills(lane), this.sweepFunding(lane)]);
  }

  private async sweepFills(lane?: RateLane): Promise<void> {
    const { session } = this;
    const upTo = session.lastFillAt;
    const askedMs = session.parts.ports.clock.monotonicMs();
    const fills = await session.parts.venue.fillsSince(this.since(this.sweptFillsTo ?? upTo), lane);
    for (const fill of fills) session.fill(fill);
    this.sweptFillsTo = upTo;
    await this.intake.fillsRead(askedMs);
  }

  private async sweepFunding(lane?: RateLane): Promise<void> {
    const { session } = this;
    const upTo = session.lastFundingAt;
    const payments = await session.parts.venue.fundingSince(this.since(this.sweptFundingTo ?? upTo), lane);
    for (const payment of payments) session.funding(payment);
    this.sweptFundingTo = upTo;
  }

  private since(newest: TimeNs | undefined): TimeNs {
    const { settings, ports } = this.session.parts;
    const from = newest ?? ports.clock.now();
    return (from - msToNs(settings.sweepOverlapMs)) as TimeNs;
  }

  /** Everything at once, because a takeover waits for it: one round trip instead of four. */
  async reconcile(): Promise<ReconciliationReport> {
    const { book, parts } = this.session;
    const { venue } = parts;
    const ours = book.open();
    const fillsBefore = book.fillsTaken;
    const [listed, state] = await Promise.all([
      venue.openOrders('cancel'),
      venue.accountState('cancel'),
      this.sweepMoney('cancel'),
      // Not worth waiting for: without it risk goes on from what it knew.
      this.quietly(() => this.transfers.read('cancel')),
    ]);
    const report = reconciliationReport({
      accountId: parts.account.accountId,
      venue: parts.account.venue,
      ours,
      listed,
      positions: book.positions,
      venuePositions: state.positions,
      fillsFound: book.fillsSince(fillsBefore),
    });
    await this.takeOrders(listed);
    this.positions.compare(state.positions);
    await this.publish(state, true);
    return report;
  }

  /** Both ways: what the venue lists and we do not know, and what we think rests and the venue does not list. */
  async sweepOrders(lane?: RateLane): Promise<void> {
    await this.takeOrders(await this.session.parts.venue.openOrders(lane));
  }

  private async takeOrders(reports: readonly VenueOrderReport[]): Promise<void> {
    await this.intake.takeList(reports);
    const missing = this.missingFrom(reports);
    for (let first = 0; first < missing.length; first += QUERIES_AT_ONCE) {
      await Promise.all(missing.slice(first, first + QUERIES_AT_ONCE).map((order) => this.intake.query(order)));
    }
  }

  private missingFrom(reports: readonly VenueOrderReport[]): readonly Order[] {
    const listed = new Set(reports.map((report) => report.venueOrderId));
    const lag = msToNs(LIST_LAG_MS);
    const now = this.session.parts.ports.clock.now();
    return this.session.book
      .open()
      .filter((order) => order.state === 'working' && now - order.updatedAt > lag)
      .filter((order) => order.venueOrderId === undefined || !listed.has(order.venueOrderId));
  }

  /** Account value and positions as the venue states them, as a fact for risk and ledger; one at a time, in order. */
  observe(): Promise<void> {
    this.observing ??= this.observeOnce()
      .catch((error: unknown) => {
        this.tolerate('observe_failed', error);
      })
      .finally(() => {
        this.observing = undefined;
      });
    return this.observing;
  }

  private async observeOnce(): Promise<void> {
    const state = await this.session.parts.ports.venue.accountState();
    this.positions.compare(state.positions);
    if (this.transfers.isDue(state)) await this.quietly(() => this.transfers.read());
    await this.publish(state, false);
  }

  private async publish(state: VenueAccountState, reconciled: boolean): Promise<void> {
    const { account, recorder } = this.session.parts;
    this.placement.freeMargin = (state.equity - state.marginUsed) as Amount;
    const netTransfers = this.transfers.net(state);
    this.lastObservation = {
      accountKind: account.kind,
      equity: state.equity,
      cash: state.cash,
      rawCash: state.rawCash,
      marginUsed: state.marginUsed,
      asset: MARGIN_ASSET,
      positions: state.positions,
      venueTimeNs: state.venueTimeNs,
      reconciled,
      ...(netTransfers === undefined ? {} : { netTransfers }),
    };
    this.onObserved(this.lastObservation);
    await recorder.record({ kind: 'observed', observation: this.lastObservation }, '');
  }

  private tolerate(eventType: string, error: unknown): void {
    if (!(error instanceof Fault)) throw error;
    this.session.parts.ports.logger.warning(eventType, { reason: error.message });
  }
}
