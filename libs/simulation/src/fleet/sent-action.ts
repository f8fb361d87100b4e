/** One order of a signed request, as it stands in the bytes. */
export interface SentOrder {
  /** 32 hex digits, without `0x`. */
  readonly cloid: string;
  readonly isBuy: boolean;
  readonly price: number;
  readonly size: number;
  readonly reduceOnly: boolean;
}

/** A signed request that left a process for the venue. */
export interface SentAction {
  readonly type: string;
  readonly nonce: number;
  readonly expiresAfterMs: number | undefined;
  readonly orders: readonly SentOrder[];
  /** Client order ids it cancels. */
  readonly cancels: readonly string[];
}

interface WireOrder {
  readonly b: boolean;
  readonly p: string;
  readonly s: string;
  readonly r: boolean;
  readonly c?: string;
}
interface WirePayload {
  readonly nonce: number;
  readonly expiresAfter?: number;
  readonly action: {
    readonly type: string;
    readonly orders?: readonly WireOrder[];
    readonly cancels?: readonly { readonly cloid?: string }[];
  };
}

/** Reads what the bytes say, sharing nothing with the adapter that wrote them; undefined for what is no action. */
export function readSent(text: string): SentAction | undefined {
  if (!text.includes('"signature"')) return undefined;
  const frame = JSON.parse(text) as { readonly request?: { readonly payload?: WirePayload } } & Partial<WirePayload>;
  const payload = (frame.request?.payload ?? frame) as WirePayload;
  const { action, nonce, expiresAfter } = payload;
  return {
    type: action.type,
    nonce,
    expiresAfterMs: expiresAfter,
    orders: (action.orders ?? []).map((order) => ({
      cloid: plainId(order.c),
      isBuy: order.b,
      price: Number(order.p),
      size: Number(order.s),
      reduceOnly: order.r,
    })),
    cancels: (action.cancels ?? []).map(({ cloid }) => plainId(cloid)),
  };
}

export const plainId = (cloid: string | undefined): string => (cloid ?? '').replace(/^0x/, '').toLowerCase();

/** The leader's epoch in a client order id: fleet 16, account 16, epoch 32, sequence 64 bits. */
export const epochOf = (cloid: string): number => Number.parseInt(cloid.slice(8, 16), 16);
