import { type Clock, nsToMs, type Timer, type Timers } from '@argosy/domain';
import {
  type CommandBody,
  type DrawnFault,
  type Exchange,
  FaultBook,
  type FaultName,
  type FaultPlan,
  type FaultRule,
  faultSpec,
  type MessageFacts,
  numberOf,
  type RuleView,
  type VenueName,
} from '@argosy/exchange-core';
import type { Logger } from '@argosy/platform-port';
import type { ExchangeHost } from '../exchange-host.js';

const MILLION = 1_000_000;

export interface DirectorParts {
  readonly host: ExchangeHost;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** Something that can be told to drop its connections. */
export interface Disconnectable {
  cutOff(): void;
}

/**
 * Holds the fault rules against the injected clock, and does what the world or the venue does of itself: begins and ends
 * it, and undoes what can be undone. Edges ask it what to do with each message.
 */
export class FaultDirector {
  readonly book = new FaultBook();
  private readonly timersOf = new Map<string, Timer[]>();
  /** World faults that began and are to be undone. */
  private readonly undo = new Map<string, () => void>();
  private readonly edges = new Set<Disconnectable>();

  constructor(private readonly parts: DirectorParts) {
    parts.host.skew(() => this.clockOffsetMs());
  }

  /** The injected clock's time, which no fault moves: rules are timed by it. */
  get nowMs(): number {
    return nsToMs(this.parts.clock.now());
  }

  get monotonicMs(): number {
    return this.parts.clock.monotonicMs();
  }

  get timers(): Timers {
    return this.parts.timers;
  }

  get host(): ExchangeHost {
    return this.parts.host;
  }

  /** No rule: messages pass untouched. */
  get isQuiet(): boolean {
    return this.book.isQuiet;
  }

  join(edge: Disconnectable): void {
    this.edges.add(edge);
  }

  load(plan: FaultPlan): void {
    this.clear();
    this.book.load(plan, this.nowMs);
    for (const [id, rule] of Object.entries(plan.rules)) this.arm(id, rule);
  }

  /** False when there are too many rules already. One of the same name is replaced. */
  put(id: string, rule: FaultRule): boolean {
    if (this.book.isFull(id)) return false;
    this.disarm(id);
    this.book.put(id, rule, this.nowMs);
    this.arm(id, rule);
    return true;
  }

  /** False when there is none of that name. */
  remove(id: string): boolean {
    this.disarm(id);
    return this.book.remove(id, this.nowMs);
  }

  clear(): void {
    for (const { id } of this.book.rules(this.nowMs)) this.remove(id);
  }

  draw(facts: MessageFacts, among?: (fault: FaultName) => boolean): readonly DrawnFault[] {
    return this.book.draw(facts, this.nowMs, among);
  }

  isHalfOpen(venue: VenueName): boolean {
    return !this.isQuiet && this.book.active('half_open', this.nowMs).some((rule) => meetsVenue(rule, venue));
  }

  /** What is answered during maintenance: everything, reads only, or nothing. */
  answers(): 'all' | 'reads' | 'none' {
    if (this.isQuiet) return 'all';
    const rule = this.book.active('maintenance', this.nowMs).at(-1)?.rule;
    return rule === undefined ? 'all' : rule.settings['answers'] === 'reads' ? 'reads' : 'none';
  }

  clockOffsetMs(venue: VenueName = 'hyperliquid'): number {
    if (this.isQuiet) return 0;
    const nowMs = this.nowMs;
    const view = this.book.active('clock_offset', nowMs).findLast((rule) => meetsVenue(rule, venue));
    if (view === undefined) return 0;
    const runningMs = nowMs - view.putMs - view.rule.afterMs;
    return Math.trunc(numberOf(view.rule, 'ms') + (numberOf(view.rule, 'ppm') * runningMs) / MILLION);
  }

  private arm(id: string, rule: FaultRule): void {
    const kind = faultSpec(rule.fault).kind;
    if (kind === 'message') return;
    const armed: Timer[] = [];
    this.timersOf.set(id, armed);
    if (rule.afterMs === 0) this.begin(id, rule);
    else armed.push(this.timers.after(rule.afterMs, () => this.begin(id, rule)));
    if (rule.forMs !== undefined) armed.push(this.timers.after(rule.afterMs + rule.forMs, () => this.end(id)));
  }

  private disarm(id: string): void {
    for (const timer of this.timersOf.get(id) ?? []) timer.cancel();
    this.timersOf.delete(id);
    this.end(id);
  }

  private begin(id: string, rule: FaultRule): void {
    this.parts.logger.info('fault_began', { id, fault: rule.fault });
    this.book.note(this.nowMs, id, rule.fault, 'began');
    const undo = this.happen(id, rule);
    this.undo.set(id, () => {
      undo?.();
      this.book.note(this.nowMs, id, rule.fault, 'ended');
    });
  }

  private end(id: string): void {
    const undo = this.undo.get(id);
    this.undo.delete(id);
    undo?.();
  }

  /** Does it, and gives what undoes it. */
  private happen(id: string, rule: FaultRule): (() => void) | undefined {
    switch (rule.fault) {
      case 'liquidation':
      case 'auto_deleveraging':
        return this.forceClose(id, rule, rule.fault);
      case 'halt':
        return this.setStatus(id, rule, 'halted');
      case 'delist':
        this.setStatus(id, rule, 'delisted');
        return undefined;
      case 'instrument_change':
        return this.changeInstruments(id, rule);
      case 'mass_cancel':
        this.execute(id, { type: 'mass_cancel', ...accountOf(rule) });
        return undefined;
      case 'maintenance':
        return this.maintain(id, rule);
      default:
        return undefined;
    }
  }

  private maintain(id: string, rule: FaultRule): () => void {
    this.execute(id, { type: 'mass_cancel', ...accountOf(rule) });
    const undo = this.setStatus(id, rule, 'halted');
    if (rule.settings['answers'] === 'none') for (const edge of this.edges) edge.cutOff();
    return undo;
  }

  private forceClose(id: string, rule: FaultRule, cause: 'liquidation' | 'auto_deleveraging'): undefined {
    const accounts = rule.target.account === undefined ? this.clients() : [rule.target.account];
    const share = numberOf(rule, 'share');
    for (const account of accounts)
      for (const { asset, coin } of this.exchange.clearinghouse(account).positions)
        if (rule.target.coin === undefined || rule.target.coin === coin)
          this.execute(id, { type: 'force_close', account, asset, share, cause });
    return undefined;
  }

  private setStatus(id: string, rule: FaultRule, status: 'halted' | 'delisted'): () => void {
    const assets = this.assetsOf(rule).filter((asset) => this.exchange.instrument(asset).status === 'trading');
    for (const asset of assets) this.execute(id, { type: 'status', asset, status, reason: `fault ${id}` });
    return () => {
      for (const asset of assets)
        if (this.exchange.instrument(asset).status === 'halted')
          this.execute(id, { type: 'status', asset, status: 'trading', reason: '' });
    };
  }

  private changeInstruments(id: string, rule: FaultRule): () => void {
    const { assets } = this.exchange.config;
    const change = (asset: number, fewer: number, significantFigures: number): void => {
      const szDecimals = Math.max(0, (assets[asset]?.szDecimals ?? 0) - fewer);
      this.execute(id, { type: 'instrument', asset, szDecimals, significantFigures });
    };
    const changed = this.assetsOf(rule);
    for (const asset of changed) change(asset, numberOf(rule, 'fewerDecimals'), numberOf(rule, 'figures'));
    return () => {
      for (const asset of changed) change(asset, 0, FIGURES);
    };
  }

  private assetsOf({ target }: FaultRule): readonly number[] {
    const { assets } = this.exchange.config;
    return [...assets.keys()].filter((asset) => target.coin === undefined || assets[asset]?.name === target.coin);
  }

  private clients(): readonly string[] {
    return this.exchange.clients();
  }

  private get exchange(): Exchange {
    return this.parts.host.exchange;
  }

  private execute(id: string, body: CommandBody): void {
    const result = this.parts.host.execute(body);
    this.book.acted(id, this.nowMs, result.ok ? body.type : `${body.type}: ${result.message}`);
  }
}

const FIGURES = 5;
const accountOf = ({ target }: FaultRule): { account?: string } =>
  target.account === undefined ? {} : { account: target.account };
const meetsVenue = ({ rule }: RuleView, venue: VenueName): boolean =>
  rule.target.venue === undefined || rule.target.venue === venue;
