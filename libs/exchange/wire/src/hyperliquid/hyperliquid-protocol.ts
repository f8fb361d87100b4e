import type { Timers } from '@argosy/domain';
import type { Exchange } from '@argosy/exchange-core';
import type { Logger } from '@argosy/platform-port';
import type { ExchangeHost } from '../exchange-host.js';

import {
  type HttpAnswer,
  type HttpCall,
  type Peer,
  plainAnswer,
  type SocketHandlers,
  type WebProtocol,
} from '../protocol.js';
import { ClientSession, type SessionDesk } from './client-session.js';
import type { JsonObject } from '../signing/field-order.js';
import type { Network, RecoverSigner } from '../signing/recover-signer.js';
import { type ActionGate, ExchangeDesk } from './exchange-desk.js';
import type { LimitDesk } from './limit-desk.js';
import { InfoDesk } from './info-desk.js';
import { Publisher } from './publisher.js';
import { MalformedRequest, parseObject } from './request-reader.js';

export interface HyperliquidOptions {
  readonly network: Network;
  readonly blockIntervalMs: number;
  /** 20 ms when absent. */
  readonly bestIntervalMs?: number;
  /** The curve when absent. */
  readonly recoverSigner?: RecoverSigner;
  readonly gate?: ActionGate;
  readonly limits?: LimitDesk;
  /** What `/health` says. */
  readonly health?: () => object;
}

/** The Hyperliquid protocol: `POST /info`, `POST /exchange` and the websocket `/ws`. */
export class HyperliquidProtocol implements WebProtocol, SessionDesk {
  readonly exchange: Exchange;
  readonly publisher: Publisher;
  private readonly infoDesk: InfoDesk;
  private readonly exchangeDesk: ExchangeDesk;

  constructor(
    private readonly host: ExchangeHost,
    private readonly options: HyperliquidOptions,
    readonly logger: Logger,
  ) {
    this.exchange = host.exchange;
    this.exchangeDesk = new ExchangeDesk(host, options.network, options.recoverSigner, options.gate);
    this.infoDesk = new InfoDesk(host, (address) => this.mention(address));
    this.publisher = new Publisher(host, this.infoDesk, options);
  }

  start(timers: Timers): void {
    this.publisher.start(timers);
  }

  stop(): void {
    this.publisher.stop();
  }

  mention(address: string): void {
    this.exchangeDesk.mention(address);
  }

  info(request: JsonObject): unknown {
    return this.infoDesk.answer(request);
  }

  submit(request: JsonObject): unknown {
    return this.exchangeDesk.submit(request);
  }

  durable(): Promise<void> {
    return this.host.durable();
  }

  async answer(call: HttpCall): Promise<HttpAnswer> {
    if (call.path === '/health')
      return { status: 200, body: JSON.stringify(this.options.health?.() ?? { status: 'ok' }) };
    if (call.path !== '/info' && call.path !== '/exchange') return plainAnswer(404, '');
    if (call.method === 'OPTIONS') return plainAnswer(200, '');
    if (call.method !== 'POST') return plainAnswer(405, '');
    const request = parseObject(call.body);
    if (request === undefined) return plainAnswer(422, 'Failed to deserialize the JSON body into the target type');
    const from = call.from ?? '';
    const refused = this.options.limits?.request(call.path, request, from);
    if (refused !== undefined) return refused;
    if (call.path === '/exchange') return this.perform(() => this.submit(request));
    return this.perform(() => {
      const answer = this.info(request);
      this.options.limits?.answered(request, answer, from);
      return answer;
    });
  }

  accept(path: string, _query: URLSearchParams, peer: Peer, from = ''): SocketHandlers | undefined {
    if (path !== '/ws') return undefined;
    const { limits } = this.options;
    return limits === undefined
      ? new ClientSession(this, peer)
      : limits.socket(new ClientSession(this, peer), peer, from);
  }

  private async perform(act: () => unknown): Promise<HttpAnswer> {
    try {
      const body = JSON.stringify(act());
      await this.host.durable();
      return { status: 200, body };
    } catch (error) {
      if (!(error instanceof MalformedRequest)) throw error;
      this.logger.debug('request_malformed', { detail: error.detail });
      return plainAnswer(422, error.message);
    }
  }
}
