import type { Exchange } from '@argosy/exchange-core';
import type { Logger } from '@argosy/platform-port';

import type { Peer, SocketHandlers } from '../protocol.js';
import { isJsonObject, type JsonObject } from '../signing/field-order.js';
import { frame } from './account-frames.js';
import type { Publisher } from './publisher.js';
import { MalformedRequest, parseObject } from './request-reader.js';
import { parseTopic, topicKey, type TopicSpec } from './topic.js';

/** As on the venue: per connection here, per address there. */
const SUBSCRIPTIONS_MAX = 1_000;
const USERS_MAX = 10;
const POSTS_PENDING_MAX = 100;
const ECHO_CHARS_MAX = 512;

/** What a connection can reach. */
export interface SessionDesk {
  readonly exchange: Exchange;
  readonly publisher: Publisher;
  readonly logger: Logger;
  /** Told of addresses that are subscribed to. */
  mention(address: string): void;
  /** @throws MalformedRequest */
  info(request: JsonObject): unknown;
  /** @throws MalformedRequest */
  submit(request: JsonObject): unknown;
  durable(): Promise<void>;
}

/** One websocket client of the exchange. */
export class ClientSession implements SocketHandlers {
  private readonly topics = new Map<string, TopicSpec>();
  private postsPending = 0;

  constructor(
    private readonly desk: SessionDesk,
    private readonly peer: Peer,
  ) {}

  onMessage(text: string): void {
    const message = parseObject(text);
    if (message === undefined)
      return this.fail(`Error parsing JSON into valid websocket request: ${text.slice(0, ECHO_CHARS_MAX)}`);
    switch (message['method']) {
      case 'ping':
        return this.peer.send('{"channel":"pong"}');
      case 'subscribe':
        return this.onSubscription(message, text, (spec, echo) => this.subscribe(spec, echo));
      case 'unsubscribe':
        return this.onSubscription(message, text, (spec, echo) => this.unsubscribe(spec, echo));
      case 'post':
        return void this.onPost(message, text);
      default:
        return this.fail(`Error parsing JSON into valid websocket request: ${text.slice(0, ECHO_CHARS_MAX)}`);
    }
  }

  onClose(): void {
    for (const spec of this.topics.values()) this.desk.publisher.unsubscribe(spec, this.peer);
    this.topics.clear();
  }

  private fail(text: string): void {
    this.peer.send(frame('error', text));
  }

  private onSubscription(message: JsonObject, text: string, act: (spec: TopicSpec, echo: JsonObject) => void): void {
    const { subscription } = message;
    if (!isJsonObject(subscription)) {
      return this.fail(`Error parsing JSON into valid websocket request: ${text.slice(0, ECHO_CHARS_MAX)}`);
    }
    try {
      act(parseTopic(this.desk.exchange, subscription), subscription);
    } catch (error) {
      if (!(error instanceof MalformedRequest)) throw error;
      this.fail(`Invalid subscription ${JSON.stringify(subscription).slice(0, ECHO_CHARS_MAX)}`);
    }
  }

  private subscribe(spec: TopicSpec, subscription: JsonObject): void {
    const echo = JSON.stringify(subscription);
    if (this.topics.has(topicKey(spec))) return this.fail(`Already subscribed: ${echo}`);
    if (this.topics.size >= SUBSCRIPTIONS_MAX) {
      return this.fail(
        `Cannot subscribe to more than ${String(SUBSCRIPTIONS_MAX)} channels. ${methodEcho('subscribe', echo)}`,
      );
    }
    if (this.isOneUserTooMany(spec)) {
      return this.fail(`Cannot track more than ${String(USERS_MAX)} total users. ${methodEcho('subscribe', echo)}`);
    }
    if ('user' in spec) this.desk.mention(spec.user);
    this.desk.publisher.subscribe(spec, this.peer);
    this.topics.set(topicKey(spec), spec);
    this.confirm('subscribe', spec, subscription);
    this.sendSnapshot(spec);
  }

  /** What it starts from may hold news that is not safe yet. */
  private sendSnapshot(spec: TopicSpec): void {
    const text = this.desk.publisher.snapshot(spec);
    if (text === undefined) return;
    if (!('user' in spec)) this.peer.send(text);
    else void this.desk.durable().then(() => this.peer.send(text));
  }

  private isOneUserTooMany(spec: TopicSpec): boolean {
    if (!('user' in spec)) return false;
    const users = new Set([...this.topics.values()].flatMap((other) => ('user' in other ? [other.user] : [])));
    return users.size >= USERS_MAX && !users.has(spec.user);
  }

  private unsubscribe(spec: TopicSpec, subscription: JsonObject): void {
    if (!this.topics.delete(topicKey(spec))) return this.fail(`Already unsubscribed: ${JSON.stringify(subscription)}`);
    this.desk.publisher.unsubscribe(spec, this.peer);
    return this.confirm('unsubscribe', spec, subscription);
  }

  private confirm(method: string, spec: TopicSpec, subscription: JsonObject): void {
    const defaults = spec.type === 'l2Book' ? { nSigFigs: null, mantissa: null } : {};
    this.peer.send(frame('subscriptionResponse', { method, subscription: { ...defaults, ...subscription } }));
  }

  private async onPost(message: JsonObject, text: string): Promise<void> {
    const { id, request } = message;
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || !isJsonObject(request)) {
      this.fail(`Error parsing JSON into valid websocket request: ${text.slice(0, ECHO_CHARS_MAX)}`);
      return;
    }
    if (this.postsPending >= POSTS_PENDING_MAX) {
      this.fail(`too many pending post requests id=${String(id)}`);
      return;
    }
    this.postsPending += 1;
    const response = this.respond(request);
    await this.desk.durable();
    this.postsPending -= 1;
    this.peer.send(frame('post', { id, response }));
  }

  private respond(request: JsonObject): unknown {
    const { type, payload } = request;
    try {
      if (!isJsonObject(payload)) throw new MalformedRequest('payload must be an object');
      if (type === 'info') return { type: 'info', payload: { type: payload['type'], data: this.desk.info(payload) } };
      if (type === 'action') return { type: 'action', payload: this.desk.submit(payload) };
      throw new MalformedRequest('type must be info or action');
    } catch (error) {
      if (error instanceof MalformedRequest)
        return { type: 'error', payload: `422 Unprocessable Entity: ${error.message}` };
      throw error;
    }
  }
}

const methodEcho = (method: string, echo: string): string => `{"method":"${method}","subscription":${echo}}`;
