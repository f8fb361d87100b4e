import type {
  CommandBody,
  CommandResult,
  Exchange,
  ExchangeAction,
  ExchangeEvent,
  OrderSpec,
  RejectCode,
} from '@argosy/exchange-core';

type Action = Extract<CommandBody, { type: 'action' }>;

/** What every entry about a signed request says of it. */
interface Signed {
  readonly account: string;
  readonly signer: string;
  readonly nonce: number;
  readonly expiresAfter?: number;
}

/** What happened at the venue, whatever anybody was told of it. */
export type TruthFact =
  | (Signed & {
      readonly kind: 'order';
      /** Absent where the order never became one. */
      readonly oid?: number;
      readonly cloid?: string;
      readonly coin: string;
      readonly isBuy: boolean;
      readonly px: string;
      readonly sz: string;
      readonly tif: string;
      readonly reduceOnly: boolean;
      /** The id of the order that a modification replaced. */
      readonly replaces?: number | string;
      readonly outcome: 'resting' | 'filled' | 'refused';
      readonly why?: RejectCode;
    })
  | (Signed & {
      readonly kind: 'cancel';
      readonly oid?: number;
      readonly cloid?: string;
      readonly coin: string;
      readonly outcome: 'done' | 'refused';
      readonly why?: RejectCode;
    })
  /** A nonce that was taken, and by what; `noop` burns it. */
  | (Signed & { readonly kind: 'nonce'; readonly action: ExchangeAction['type'] })
  /** A request that was refused as a whole; `nonceTaken` says whether its nonce is gone. */
  | (Signed & {
      readonly kind: 'refused';
      readonly action: ExchangeAction['type'];
      readonly why: RejectCode;
      readonly nonceTaken: boolean;
      readonly cloids: readonly string[];
    })
  | {
      readonly kind: 'fill';
      readonly account: string;
      readonly oid: number;
      readonly cloid?: string;
      readonly coin: string;
      readonly tid: number;
      readonly isBuy: boolean;
      readonly px: string;
      readonly sz: string;
      readonly fee: string;
      readonly crossed: boolean;
      readonly dir: string;
    }
  /** An order that no longer rests. */
  | {
      readonly kind: 'ended';
      readonly account: string;
      readonly oid: number;
      readonly cloid?: string;
      readonly coin: string;
      readonly status: string;
    }
  | { readonly kind: 'ban'; readonly from: string; readonly forMs: number };

export type TruthEntry = TruthFact & { readonly seq: number; readonly atMs: number };

/** Entries kept; a checker that comes later than this asks for a gap. */
export const TRUTH_KEPT = 100_000;

/** Refusals before which a nonce is looked at. */
const NONCE_UNTOUCHED: ReadonlySet<RejectCode> = new Set([
  'nonceUsed',
  'nonceTooLow',
  'nonceOutOfWindow',
  'actionExpired',
  'unknownAccount',
  'tooManyRequests',
]);

/**
 * The venue's own record of what it accepted, refused and did, in order, for those who check the fleet against it.
 * Arrival is `atMs`, in the venue's time. Bounded: the oldest entries are forgotten.
 */
export class VenueTruth {
  private kept: TruthEntry[] = [];
  private heard: TruthFact[] = [];
  private seq = 0;

  constructor(
    private readonly exchange: () => Exchange,
    private readonly most = TRUTH_KEPT,
  ) {}

  /** The newest entry's number; 0 before the first. */
  get lastSeq(): number {
    return this.seq;
  }

  /** Entries after `seq`, oldest first. A first entry that is not the next one says that some are forgotten. */
  entries(afterSeq = 0, most = this.most): readonly TruthEntry[] {
    const first = this.kept[0]?.seq ?? 1;
    const from = Math.max(0, afterSeq + 1 - first);
    return this.kept.slice(from, from + most);
  }

  /** The exchange's listener. */
  hear(event: ExchangeEvent): void {
    if (event.type === 'fill') {
      const { oid, cloid, coin, tid, isBuy, px, sz, fee, crossed, dir } = event.fill;
      const named = cloid === undefined ? {} : { cloid };
      this.heard.push({
        kind: 'fill',
        account: event.account,
        oid,
        ...named,
        coin,
        tid,
        isBuy,
        px,
        sz,
        fee,
        crossed,
        dir,
      });
    } else if (event.type === 'order' && event.update.status !== 'open') {
      const { order, status } = event.update;
      const named = order.cloid === undefined ? {} : { cloid: order.cloid };
      this.heard.push({ kind: 'ended', account: event.account, oid: order.oid, ...named, coin: order.coin, status });
    }
  }

  /** After each command: what it was, then what came of it. */
  observe(command: CommandBody, result: CommandResult, atMs: number): void {
    if (command.type === 'action') this.onAction(command, result, atMs);
    if (this.heard.length === 0) return;
    for (const fact of this.heard) this.add(fact, atMs);
    this.heard = [];
  }

  add(fact: TruthFact, atMs: number): void {
    this.seq += 1;
    this.kept.push({ ...fact, seq: this.seq, atMs });
    // Twice as many are held at times, so that forgetting costs nothing an entry.
    if (this.kept.length >= 2 * this.most) this.kept = this.kept.slice(-this.most);
  }

  private onAction({ signer, nonce, expiresAfter, action }: Action, result: CommandResult, atMs: number): void {
    const role = this.exchange().role(signer);
    const signed: Signed = {
      account: role.role === 'agent' ? role.account : signer,
      signer,
      nonce,
      ...(expiresAfter === undefined ? {} : { expiresAfter }),
    };
    if (!result.ok) {
      const nonceTaken = !NONCE_UNTOUCHED.has(result.code);
      this.add(
        { ...signed, kind: 'refused', action: action.type, why: result.code, nonceTaken, cloids: cloidsOf(action) },
        atMs,
      );
      if (nonceTaken) this.add({ ...signed, kind: 'nonce', action: action.type }, atMs);
      return;
    }
    this.add({ ...signed, kind: 'nonce', action: action.type }, atMs);
    if (action.type === 'cancel' || action.type === 'cancelByCloid') this.onCancels(signed, action, result, atMs);
    else this.onOrders(signed, action, result, atMs);
  }

  private onOrders(signed: Signed, action: ExchangeAction, result: CommandResult & { ok: true }, atMs: number): void {
    const orders = ordersOf(action);
    const outcomes = result.response.type === 'order' ? result.response.outcomes : [];
    orders.forEach(({ order, replaces }, at) => {
      const outcome = outcomes[at];
      // One modification answers nothing but that it is done: its order rests or was filled under a new id.
      const oid = outcome === undefined ? this.oidOf(signed.account, order.cloid) : oidIn(outcome);
      this.add(
        {
          ...signed,
          kind: 'order',
          ...(oid === undefined ? {} : { oid }),
          ...(order.cloid === undefined ? {} : { cloid: order.cloid.toLowerCase() }),
          coin: this.coinOf(order.asset),
          isBuy: order.isBuy,
          px: order.px,
          sz: order.sz,
          tif: order.tif,
          reduceOnly: order.reduceOnly,
          ...(replaces === undefined ? {} : { replaces }),
          outcome: outcome === undefined ? 'resting' : outcome.kind === 'error' ? 'refused' : outcome.kind,
          ...(outcome?.kind === 'error' ? { why: outcome.code } : {}),
        },
        atMs,
      );
    });
  }

  private onCancels(
    signed: Signed,
    action: Extract<ExchangeAction, { type: 'cancel' | 'cancelByCloid' }>,
    result: CommandResult & { ok: true },
    atMs: number,
  ): void {
    const outcomes = result.response.type === 'cancel' ? result.response.outcomes : [];
    action.cancels.forEach((cancel, at) => {
      const outcome = outcomes[at];
      const which = 'oid' in cancel ? { oid: cancel.oid } : { cloid: cancel.cloid.toLowerCase() };
      const end =
        outcome?.kind === 'error' ? { outcome: 'refused' as const, why: outcome.code } : { outcome: 'done' as const };
      this.add({ ...signed, kind: 'cancel', ...which, coin: this.coinOf(cancel.asset), ...end }, atMs);
    });
  }

  private coinOf(asset: number): string {
    return this.exchange().config.assets[asset]?.name ?? `#${String(asset)}`;
  }

  private oidOf(account: string, cloid: string | undefined): number | undefined {
    return cloid === undefined ? undefined : this.exchange().orderStatus(account, cloid)?.order.oid;
  }
}

const oidIn = (outcome: { readonly kind: string; readonly oid?: number }): number | undefined => outcome.oid;

function ordersOf(
  action: ExchangeAction,
): readonly { readonly order: OrderSpec; readonly replaces?: number | string }[] {
  if (action.type === 'order') return action.orders.map((order) => ({ order }));
  if (action.type === 'modify') return [{ order: action.order, replaces: action.oid }];
  if (action.type === 'batchModify') return action.modifies.map(({ order, oid }) => ({ order, replaces: oid }));
  return [];
}

function cloidsOf(action: ExchangeAction): readonly string[] {
  if (action.type === 'cancelByCloid') return action.cancels.map(({ cloid }) => cloid.toLowerCase());
  return ordersOf(action).flatMap(({ order }) => (order.cloid === undefined ? [] : [order.cloid.toLowerCase()]));
}
