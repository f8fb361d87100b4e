import { parseObject } from '../hyperliquid/request-reader.js';

import type { Peer, SocketHandlers } from '../protocol.js';
import type { JsonObject } from '../signing/field-order.js';
import type { StreamHub } from './stream-hub.js';

/** As on the venue. */
const STREAMS_MAX = 1_024;
const STREAM_NAME = /^[A-Za-z0-9_@!.]{1,64}$/;

/** One websocket client of the reference venue's public streams. */
export class StreamSession implements SocketHandlers {
  private readonly streams = new Set<string>();

  constructor(
    private readonly hub: StreamHub,
    readonly peer: Peer,
    private combined: boolean,
  ) {}

  isCombined(): boolean {
    return this.combined;
  }

  /** False when a name is not one, or there are too many. */
  subscribe(names: readonly string[]): boolean {
    if (names.some((name) => !STREAM_NAME.test(name)) || this.streams.size + names.length > STREAMS_MAX) return false;
    for (const name of names) {
      if (this.streams.has(name)) continue;
      this.streams.add(name);
      this.hub.add(name, this);
    }
    return true;
  }

  onMessage(text: string): void {
    const message = parseObject(text);
    const id = message?.['id'] ?? null;
    if (message === undefined) return this.fail(id, 3, 'Invalid JSON: expected an object');
    switch (message['method']) {
      case 'SUBSCRIBE':
        return this.withNames(message, (names) => this.subscribe(names));
      case 'UNSUBSCRIBE':
        return this.withNames(message, (names) => this.unsubscribe(names));
      case 'LIST_SUBSCRIPTIONS':
        return this.reply(id, [...this.streams]);
      case 'SET_PROPERTY':
        return this.setProperty(message);
      case 'GET_PROPERTY':
        return this.reply(id, this.combined);
      default:
        return this.fail(id, 2, 'Invalid request: unknown variant for method');
    }
  }

  onClose(): void {
    this.unsubscribe([...this.streams]);
  }

  private withNames(message: JsonObject, act: (names: readonly string[]) => boolean): void {
    const { params } = message;
    const id = message['id'] ?? null;
    if (!Array.isArray(params) || !params.every((name) => typeof name === 'string')) {
      return this.fail(id, 2, 'Invalid request: params must be a list of stream names');
    }
    if (!act(params)) return this.fail(id, 2, `Invalid request: stream names, at most ${String(STREAMS_MAX)}`);
    return this.reply(id, null);
  }

  private unsubscribe(names: readonly string[]): boolean {
    for (const name of names) if (this.streams.delete(name)) this.hub.remove(name, this);
    return true;
  }

  private setProperty(message: JsonObject): void {
    const { params } = message;
    const id = message['id'] ?? null;
    if (!Array.isArray(params) || params[0] !== 'combined' || typeof params[1] !== 'boolean') {
      return this.fail(id, 2, 'Invalid request: params must be "combined" and true or false');
    }
    this.combined = params[1];
    return this.reply(id, null);
  }

  private reply(id: unknown, result: unknown): void {
    this.peer.send(JSON.stringify({ result, id }));
  }

  private fail(id: unknown, code: number, msg: string): void {
    this.peer.send(JSON.stringify({ error: { code, msg }, id }));
  }
}
