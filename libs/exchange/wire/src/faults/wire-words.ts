import type { Lane, MessageFacts, VenueName } from '@argosy/exchange-core';
import type { HttpCall } from '../protocol.js';
import { parseObject } from '../hyperliquid/request-reader.js';
import { isJsonObject, type Json, type JsonObject } from '../signing/field-order.js';

/** What a connection is known to have asked for, to tell what its frames are about. */
export class SessionMemory {
  /** Who an `orderUpdates` subscription is about: its frames do not say. */
  user: string | undefined;
  /** Channels whose next frame is the snapshot that a subscription begins with. */
  readonly fresh = new Set<string>();
  /** What posted requests that wait for their answer ask for. */
  readonly posts = new Map<number, string>();
}

export interface FrameFacts extends MessageFacts {
  readonly isSnapshot: boolean;
  readonly isBook: boolean;
  /** Of an answer to a posted request. */
  readonly postId?: number | undefined;
}

/** One protocol's words, read only far enough to know what a message is about. */
export interface WireWords {
  readonly venue: VenueName;
  /** Undefined for what no fault touches. */
  ofCall(call: HttpCall): MessageFacts | undefined;
  /** The lane of a frame, where its first letters tell. */
  laneOf(text: string): Lane | undefined;
  /** A frame on its way to the client. */
  ofFrame(text: string, memory: SessionMemory): FrameFacts | undefined;
  /** A signed action that a client sends over its socket. */
  ofMessage(text: string, memory: SessionMemory): { readonly facts: MessageFacts; readonly id: number } | undefined;
  /** Listens to what a client asks for, also while there are no faults. */
  remember(text: string, memory: SessionMemory): void;
  /** The answer of an error to a posted request. */
  errorFrame(id: number, text: string): string;
  /** What an answer says of the time, so many milliseconds later. */
  shifted(call: HttpCall, body: string, byMs: number): string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

const PRIVATE: ReadonlySet<string> = new Set(['user', 'userFills', 'userFundings', 'orderUpdates', 'notification']);
const PUBLIC: ReadonlySet<string> = new Set(['l2Book', 'bbo', 'trades', 'candle', 'activeAssetCtx', 'allMids']);
const HL_BOOKS: ReadonlySet<string> = new Set(['l2Book', 'bbo']);
/** Channels whose subscription begins with the present state. */
const WITH_SNAPSHOT: ReadonlySet<string> = new Set(['l2Book', 'bbo', 'activeAssetCtx', 'candle', 'allMids']);
const POSTS_REMEMBERED_MAX = 1_000;

/** How every frame of Hyperliquid begins. */
const CHANNEL = '{"channel":"';

/** What this exchange itself wrote. */
const ownObject = (frame: string): JsonObject => JSON.parse(frame) as JsonObject;

/** Coins of whatever has them: one object, or a list of objects, or lists within. */
function coinsIn(value: Json | undefined): readonly string[] {
  const found = new Set<string>();
  const look = (inner: Json | undefined, depth: number): void => {
    if (depth > 3) return;
    if (Array.isArray(inner)) for (const one of inner as readonly Json[]) look(one, depth + 1);
    else if (isJsonObject(inner)) {
      const { coin } = inner;
      if (typeof coin === 'string') found.add(coin);
      else for (const key of ['order', 'fills', 'fundings', 'funding']) look(inner[key], depth + 1);
    }
  };
  look(value, 0);
  return [...found];
}

/** Hyperliquid. `coinOf` names an asset by its id. */
export function hyperliquidWords(coinOf: (asset: number) => string | undefined): WireWords {
  const venue = 'hyperliquid';
  const coinsOfAction = (action: JsonObject): readonly string[] => {
    const entries = [...list(action['orders']), ...list(action['cancels']), action['order'] ?? null];
    for (const modify of list(action['modifies'])) if (isJsonObject(modify)) entries.push(modify['order'] ?? null);
    return entries.flatMap((entry) => {
      const asset = isJsonObject(entry) ? (entry['a'] ?? entry['asset']) : undefined;
      const coin = typeof asset === 'number' ? coinOf(asset) : undefined;
      return coin === undefined ? [] : [coin];
    });
  };
  const ofAction = (request: JsonObject): MessageFacts => {
    const action = isJsonObject(request['action']) ? request['action'] : {};
    return { venue, lane: 'request', channel: text(action['type']), coins: coinsOfAction(action) };
  };
  const posted = (message: string): { readonly id: number; readonly request: JsonObject } | undefined => {
    const parsed = message.includes('"post"') ? parseObject(message) : undefined;
    const request = parsed?.['request'];
    const id = parsed?.['id'];
    if (parsed?.['method'] !== 'post' || typeof id !== 'number' || !isJsonObject(request)) return undefined;
    return { id, request };
  };
  return {
    venue,
    ofCall: ({ path, body }) => {
      const request = path === '/info' || path === '/exchange' ? parseObject(body) : undefined;
      if (request === undefined) return undefined;
      if (path === '/exchange') return ofAction(request);
      const coins = coinsIn(isJsonObject(request['req']) ? request['req'] : request);
      const account = text(request['user'])?.toLowerCase();
      return { venue, lane: 'read', channel: text(request['type']), coins, account };
    },
    laneOf: (frame) => {
      const channel = frame.startsWith(CHANNEL) ? frame.slice(CHANNEL.length, frame.indexOf('"', CHANNEL.length)) : '';
      return PRIVATE.has(channel) ? 'private' : PUBLIC.has(channel) ? 'public' : undefined;
    },
    ofFrame: (frame, memory) => {
      const message = ownObject(frame);
      const channel = text(message['channel']);
      if (channel === undefined) return undefined;
      const { data = null } = message;
      if (channel === 'post') return ofPost(data, memory);
      if (channel === 'subscriptionResponse') {
        rememberSubscription(data, memory);
        return undefined;
      }
      const lane = PRIVATE.has(channel) ? 'private' : PUBLIC.has(channel) ? 'public' : undefined;
      if (lane === undefined) return undefined;
      const fields = isJsonObject(data) ? data : {};
      const account = lane === 'private' ? (text(fields['user']) ?? memory.user)?.toLowerCase() : undefined;
      const isSnapshot = fields['isSnapshot'] === true || memory.fresh.delete(channel);
      return { venue, lane, channel, coins: coinsIn(data), account, isSnapshot, isBook: HL_BOOKS.has(channel) };
    },
    ofMessage: (message, memory) => {
      const post = posted(message);
      if (post === undefined) return undefined;
      const payload = isJsonObject(post.request['payload']) ? post.request['payload'] : {};
      const isAction = post.request['type'] === 'action';
      const facts = ofAction(payload);
      const channel = isAction ? facts.channel : text(payload['type']);
      if (memory.posts.size < POSTS_REMEMBERED_MAX) memory.posts.set(post.id, channel ?? '');
      return isAction ? { id: post.id, facts } : undefined;
    },
    remember: (message, memory) => {
      if (!message.includes('"orderUpdates"')) return;
      const subscription = parseObject(message)?.['subscription'];
      if (isJsonObject(subscription) && subscription['type'] === 'orderUpdates')
        memory.user = text(subscription['user'])?.toLowerCase() ?? memory.user;
    },
    errorFrame: (id, payload) =>
      JSON.stringify({ channel: 'post', data: { id, response: { type: 'error', payload } } }),
    shifted: (_call, body) => body,
  };

  function ofPost(data: Json, memory: SessionMemory): FrameFacts | undefined {
    const { id, response } = isJsonObject(data) ? data : {};
    if (typeof id !== 'number' || !isJsonObject(response)) return undefined;
    const channel = memory.posts.get(id);
    memory.posts.delete(id);
    const lane = response['type'] === 'info' ? 'read' : 'acknowledgement';
    return { venue, lane, channel, postId: id, isSnapshot: false, isBook: false };
  }

  function rememberSubscription(data: Json, memory: SessionMemory): void {
    const { method, subscription } = isJsonObject(data) ? data : {};
    const type = isJsonObject(subscription) ? text(subscription['type']) : undefined;
    if (method === 'subscribe' && type !== undefined && WITH_SNAPSHOT.has(type)) memory.fresh.add(type);
  }
}

/** Names of the reference venue's streams, without symbol and pace. */
const EVENTS: Readonly<Record<string, string>> = { depthUpdate: 'depth', trade: 'trade', bookTicker: 'bookTicker' };
const STREAM = /^([a-z0-9]+)@(\w+)/;

export const binanceWords: WireWords = {
  venue: 'binance',
  ofCall: ({ path, query }) => {
    const channel = /^\/(?:api\/v3|fapi\/v1)\/(\w+)$/.exec(path)?.[1];
    if (channel === undefined) return undefined;
    const symbol = query.get('symbol');
    return { venue: 'binance', lane: 'read', channel, coins: symbol === null ? [] : [symbol] };
  },
  laneOf: (frame) => (frame.startsWith('{"stream"') || frame.startsWith('{"e"') ? 'public' : undefined),
  ofFrame: (frame) => {
    const message = ownObject(frame);
    const stream = text(message['stream']);
    const match = stream === undefined ? undefined : (STREAM.exec(stream) ?? undefined);
    const data = isJsonObject(message['data']) ? message['data'] : message;
    const channel = match?.[2] ?? EVENTS[text(data['e']) ?? ''] ?? (data['B'] === undefined ? undefined : 'bookTicker');
    if (channel === undefined) return undefined;
    const symbol = text(data['s']) ?? match?.[1]?.toUpperCase();
    const isBook = channel === 'depth' || channel === 'bookTicker';
    return {
      venue: 'binance',
      lane: 'public',
      channel,
      coins: symbol === undefined ? [] : [symbol],
      isSnapshot: false,
      isBook,
    };
  },
  ofMessage: () => undefined,
  remember: () => undefined,
  errorFrame: (_id, payload) => JSON.stringify({ error: { code: -1, msg: payload }, id: null }),
  shifted: ({ path }, body, byMs) =>
    path.endsWith('/time') ? body.replace(/\d+/, (digits) => String(Number(digits) + byMs)) : body,
};
