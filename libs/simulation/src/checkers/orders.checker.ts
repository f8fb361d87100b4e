import { accountEventCodec } from '@argosy/contracts';
import {
  type ClientOrderId,
  format,
  isFinal,
  type Order,
  ORDER_TRANSITIONS,
  type OrderState,
  type Quantity,
} from '@argosy/domain';
import type { OrderStatusView } from '@argosy/exchange-core';
import type { JournalBatch } from '@argosy/execution-core';
import { EXECUTION_SETTINGS } from '../fleet/fleet-settings.js';
import { plainId, type SentAction } from '../fleet/sent-action.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { Checker } from './checker.js';

const US_PER_MS = 1_000;
/** I-27: the request's validity and thirty seconds. */
const DOUBT_US_MAX = (EXECUTION_SETTINGS.requestValidityMs + 30_000 + 2_000) * US_PER_MS;

interface Life {
  state: OrderState;
  readonly quantity: Quantity;
  filled: Quantity;
  doubtedAtUs: number | undefined;
}

/** An order's life, as the journal tells it and as the bytes show it. */
export class OrdersChecker extends Checker {
  private readonly intents = new Map<string, bigint>();
  private readonly sentIds = new Set<string>();
  private readonly nonces = new Set<number>();
  private readonly lives = new Map<ClientOrderId, Life>();
  private readonly accepted = new Set<string>();

  sent(process: SimProcess, action: SentAction): void {
    // Burning a nonce is using it for nothing, on purpose, so that its order can never land.
    const isBurn = action.type === 'noop';
    if (isBurn) this.saw('nonce burned');
    this.check(
      'I-07',
      isBurn || !this.nonces.has(action.nonce),
      () => `${process.name} uses nonce ${String(action.nonce)} again`,
    );
    this.nonces.add(action.nonce);
    for (const { cloid } of action.orders) {
      this.check('I-06', this.intents.has(cloid), () => `${cloid} left without a durable intent`);
      this.check('I-28', !this.sentIds.has(cloid), () => `${cloid} left a second time`);
      this.sentIds.add(cloid);
    }
  }

  wrote(batch: JournalBatch): void {
    for (const { clientOrderId, nonce } of batch.intents) {
      const id = plainId(clientOrderId);
      const known = this.intents.get(id);
      this.check('I-07', known === undefined || known === nonce, () => `${id} stands for two intents`);
      this.intents.set(id, nonce);
    }
    for (const { payload } of batch.events) {
      const { fact } = accountEventCodec.decode(payload);
      if (fact.kind === 'order_changed') this.moved(fact.order);
      else if (fact.kind === 'order_filled') this.filled(fact.fill.clientOrderId, fact.fill.quantity);
    }
  }

  venueOrder({ order: { cloid }, status }: OrderStatusView): void {
    if (cloid !== undefined && !status.toLowerCase().endsWith('rejected')) this.accepted.add(plainId(cloid));
  }

  /** A fill is a move of its own: the journal tells it by the fill. */
  private filled(id: ClientOrderId | undefined, quantity: Quantity): void {
    const life = id === undefined ? undefined : this.lives.get(id);
    if (id === undefined || life === undefined) return;
    life.filled = (life.filled + quantity) as Quantity;
    this.check('I-25', life.filled <= life.quantity, () => `${id} is filled beyond its quantity`);
    if (life.state === 'in_doubt') {
      // What fills has been taken: a part of it ends the doubt as well as all of it.
      this.leftDoubt(id, life, 'filled');
      life.state = 'working';
    }
    if (life.filled === life.quantity) {
      this.saw('order filled');
      life.state = 'filled';
    } else if (isFinal(life.state)) {
      this.saw('fill after the end');
    }
  }

  private moved(order: Order): void {
    const { clientOrderId: id, state } = order;
    const life = this.lives.get(id);
    this.saw(`order ${state}`);
    if (life === undefined) {
      const { quantity, filledQuantity: filled } = order;
      this.lives.set(id, { state, quantity, filled, doubtedAtUs: undefined });
      return;
    }
    if (life.state !== state) {
      const allowed = Object.values<OrderState>(ORDER_TRANSITIONS[life.state]).includes(state);
      this.check('I-24', allowed, () => `${id} went from ${life.state} to ${state}`);
    }
    this.check(
      'I-25',
      order.filledQuantity === life.filled,
      () => `${id} says it is filled by ${format(order.filledQuantity)}, its fills are ${format(life.filled)}`,
    );
    if (life.state === 'in_doubt') this.leftDoubt(id, life, state);
    if (state === 'in_doubt' && life.state !== 'in_doubt') life.doubtedAtUs = this.world.nowUs;
    life.state = state;
  }

  private leftDoubt(id: ClientOrderId, life: Life, state: OrderState): void {
    if (state === 'in_doubt') return;
    const forUs = this.world.nowUs - (life.doubtedAtUs ?? this.world.nowUs);
    this.check('I-27', forUs <= DOUBT_US_MAX, () => `${id} was in doubt for ${String(forUs / 1e6)} s`);
    // What the venue holds cannot be declared never to have been there.
    const isDenied = state === 'rejected' && this.accepted.has(plainId(id));
    this.check('I-27', !isDenied, () => `${id} was declared rejected, and the venue has it`);
  }

  override settled(): void {
    for (const [id, life] of this.lives) {
      if (life.state !== 'in_doubt') continue;
      const forUs = this.world.nowUs - (life.doubtedAtUs ?? this.world.nowUs);
      this.check('I-27', forUs <= DOUBT_US_MAX, () => `${id} is in doubt since ${String(forUs / 1e6)} s`);
    }
  }
}
