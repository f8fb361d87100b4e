import { SeededRandom } from '../markets/seeded-random.js';
import { type FaultName, faultSpec, type Lane } from './fault-catalogue.js';
import type { FaultPlan, FaultRule, FaultTarget, VenueName } from './fault-rule.js';

/** What is known of one message when it passes. */
export interface MessageFacts {
  readonly venue: VenueName;
  readonly lane: Lane;
  readonly channel?: string | undefined;
  readonly coins?: readonly string[] | undefined;
  readonly account?: string | undefined;
}

/** One fault that acts, with a chance of its own that was drawn with it. */
export interface DrawnFault {
  readonly id: string;
  readonly rule: FaultRule;
  /** Uniform in [0, 1). */
  readonly chance: number;
}

/** One line of the log: enough to see what was done to whom, in order. */
export interface FaultEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly id: string;
  readonly fault: FaultName;
  readonly what: 'put' | 'began' | 'acted' | 'ended' | 'removed';
  readonly on?: MessageFacts;
  readonly note?: string;
}

export type RuleState = 'waiting' | 'active' | 'spent' | 'over';

export interface RuleView {
  readonly id: string;
  readonly rule: FaultRule;
  readonly state: RuleState;
  readonly acted: number;
  readonly putMs: number;
}

interface Held {
  readonly id: string;
  readonly rule: FaultRule;
  readonly random: SeededRandom;
  readonly putMs: number;
  acted: number;
}

/** Rules at once. */
export const RULES_MAX = 100;
/** Lines of the log that are kept. */
export const FAULT_LOG_KEPT = 20_000;

/**
 * The rules that are in force, and what they did. Chance is seeded for each rule by the plan's seed and its own name, so
 * that putting or removing another rule changes nothing for it; time is passed in.
 */
export class FaultBook {
  private readonly held = new Map<string, Held>();
  private log: FaultEntry[] = [];
  private seq = 0;
  private actCount = 0;
  private planSeed: number;

  constructor(seed = 1) {
    this.planSeed = seed;
  }

  get seed(): number {
    return this.planSeed;
  }

  /** No rule at all: nobody has to look at any message. */
  get isQuiet(): boolean {
    return this.held.size === 0;
  }

  /** Replaces everything. */
  load(plan: FaultPlan, nowMs: number): void {
    for (const id of [...this.held.keys()]) this.remove(id, nowMs);
    this.planSeed = plan.seed;
    for (const [id, rule] of Object.entries(plan.rules)) this.put(id, rule, nowMs);
  }

  /** A rule of the same name is replaced. */
  put(id: string, rule: FaultRule, nowMs: number): void {
    this.held.set(id, {
      id,
      rule,
      random: SeededRandom.fromSeed(this.planSeed, streamOf(id)),
      putMs: nowMs,
      acted: 0,
    });
    this.note(nowMs, id, rule.fault, 'put');
  }

  /** False when there is none of that name. */
  remove(id: string, nowMs: number): boolean {
    const held = this.held.get(id);
    if (held === undefined) return false;
    this.held.delete(id);
    this.note(nowMs, id, held.rule.fault, 'removed');
    return true;
  }

  /** Whether one more rule of this name would be too many. */
  isFull(id: string): boolean {
    return this.held.size >= RULES_MAX && !this.held.has(id);
  }

  /** How often any rule acted so far. */
  get acts(): number {
    return this.actCount;
  }

  /** Whether a rule could act on messages of this lane: others need no looking at. */
  watches(lane: Lane): boolean {
    for (const { rule } of this.held.values())
      if (faultSpec(rule.fault).lanes.includes(lane) && (rule.target.lane ?? lane) === lane) return true;
    return false;
  }

  /**
   * Every fault that acts on this message, in the order in which their rules were put; `among` leaves some to another
   * place.
   */
  draw(facts: MessageFacts, nowMs: number, among: (fault: FaultName) => boolean = ALL): readonly DrawnFault[] {
    let drawn: DrawnFault[] | undefined;
    for (const held of this.held.values()) {
      const { rule } = held;
      if (!faultSpec(rule.fault).lanes.includes(facts.lane) || !among(rule.fault)) continue;
      if (stateOf(held, nowMs) !== 'active' || !meets(rule.target, facts)) continue;
      if (rule.rate < 1 && !held.random.chance(rule.rate)) continue;
      held.acted += 1;
      this.note(nowMs, held.id, rule.fault, 'acted', facts);
      (drawn ??= []).push({ id: held.id, rule, chance: held.random.unit() });
    }
    return drawn ?? NONE;
  }

  /** Active rules of one fault, newest last. */
  active(fault: FaultName, nowMs: number): readonly RuleView[] {
    const found: RuleView[] = [];
    for (const held of this.held.values())
      if (held.rule.fault === fault && stateOf(held, nowMs) === 'active') found.push(viewOf(held, nowMs));
    return found;
  }

  /** Whether a rule of one of these faults exists, active or not. */
  has(...faults: readonly FaultName[]): boolean {
    for (const { rule } of this.held.values()) if (faults.includes(rule.fault)) return true;
    return false;
  }

  rules(nowMs: number): readonly RuleView[] {
    return [...this.held.values()].map((held) => viewOf(held, nowMs));
  }

  rule(id: string, nowMs: number): RuleView | undefined {
    const held = this.held.get(id);
    return held === undefined ? undefined : viewOf(held, nowMs);
  }

  /** A fault of the world did what it does: its rule counts it. */
  acted(id: string, nowMs: number, note: string): void {
    const held = this.held.get(id);
    if (held === undefined) return;
    held.acted += 1;
    this.note(nowMs, id, held.rule.fault, 'acted', undefined, note);
  }

  note(atMs: number, id: string, fault: FaultName, what: FaultEntry['what'], on?: MessageFacts, note?: string): void {
    this.seq += 1;
    if (what === 'acted') this.actCount += 1;
    this.log.push({
      seq: this.seq,
      atMs,
      id,
      fault,
      what,
      ...(on === undefined ? {} : { on }),
      ...(note === undefined ? {} : { note }),
    });
    // Twice as many are held at times, so that forgetting costs nothing a line.
    if (this.log.length >= 2 * FAULT_LOG_KEPT) this.log = this.log.slice(-FAULT_LOG_KEPT);
  }

  /** Lines after `seq`, oldest first. */
  entries(afterSeq = 0, most = FAULT_LOG_KEPT): readonly FaultEntry[] {
    return this.log.filter(({ seq }) => seq > afterSeq).slice(0, most);
  }
}

const ALL = (): boolean => true;
const NONE: readonly DrawnFault[] = [];

function stateOf({ rule, putMs, acted }: Held, nowMs: number): RuleState {
  const beganMs = putMs + rule.afterMs;
  if (nowMs < beganMs) return 'waiting';
  if (rule.forMs !== undefined && nowMs >= beganMs + rule.forMs) return 'over';
  return rule.count !== undefined && acted >= rule.count ? 'spent' : 'active';
}

const viewOf = (held: Held, nowMs: number): RuleView => ({
  id: held.id,
  rule: held.rule,
  state: stateOf(held, nowMs),
  acted: held.acted,
  putMs: held.putMs,
});

function meets(target: FaultTarget, facts: MessageFacts): boolean {
  return (
    (target.venue === undefined || target.venue === facts.venue) &&
    (target.lane === undefined || target.lane === facts.lane) &&
    (target.channel === undefined || target.channel === facts.channel) &&
    (target.coin === undefined || facts.coins?.includes(target.coin) === true) &&
    (target.account === undefined || target.account === facts.account)
  );
}

/** A number of 32 bits from a name (FNV-1a). */
function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
