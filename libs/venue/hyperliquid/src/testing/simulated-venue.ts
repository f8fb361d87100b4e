import { accountId, type ClientOrderId, Fault, type Fill, type Instrument, parsePrice, timeNs } from '@argosy/domain';
import { type FaultName, isFaultRule, parseFaultRule } from '@argosy/exchange-core';
import { createSyntheticExchange, type SyntheticExchange, type SyntheticExchangeOptions } from '@argosy/exchange-wire';
import {
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  SilentLogger,
  WebSocketClient,
  type WebSocketConnection,
  type WebSocketHandlers,
} from '@argosy/platform-port';
import { ManualTime, SeededRandom } from '@argosy/testing';
import type { Cancellation, Placement, VenueOrderReport, VenueTrouble } from '@argosy/venue-port';
import { createHyperliquidTrading } from '../factories.js';
import { SigningKey } from '../signing/signing-key.js';
import type { HyperliquidTrading } from '../trading/hyperliquid-trading.js';
import { aPlacement, TEST_KEY } from './trading-fixture.js';

/** Both wires of one client count against one address. */
const FROM = '10.0.0.1';
export const SIGNER = new SigningKey(TEST_KEY).address as `0x${string}`;
const NS_PER_MS = 1_000_000n;

class DoorHttp extends HttpClient {
  constructor(
    private readonly venue: SyntheticExchange,
    private readonly time: ManualTime,
  ) {
    super();
  }

  override async request({ method, url, body = '', timeoutMs }: HttpRequest): Promise<HttpResponse> {
    const { pathname: path, searchParams: query } = new URL(url);
    const answer = await this.venue.hyperliquid.request({ method, path, query, body, from: FROM });
    if (answer.cut !== undefined) {
      if (answer.cut === 'silence') await this.time.timers.sleep(timeoutMs);
      throw new Fault('OUTCOME_UNKNOWN', `the connection ended in ${answer.cut}`);
    }
    return { status: answer.status, headers: answer.headers ?? {}, body: answer.body };
  }
}

class DoorSockets extends WebSocketClient {
  constructor(
    private readonly venue: SyntheticExchange,
    private readonly time: ManualTime,
  ) {
    super();
  }

  override connect(_url: string, _options: unknown, handlers: WebSocketHandlers): WebSocketConnection {
    let open = false;
    const { timers } = this.time;
    const end = (code: number): void => {
      if (!open) return;
      open = false;
      timers.after(0, () => {
        session?.onClose();
        handlers.onClose(code, '');
      });
    };
    const peer = {
      get isOpen() {
        return open;
      },
      send: (text: string) => void timers.after(1, () => (open ? handlers.onMessage(text) : undefined)),
      close: end,
    };
    const session = this.venue.hyperliquid.connect(peer, '/ws', FROM);
    timers.after(1, () => {
      open = true;
      handlers.onOpen();
    });
    return {
      get isOpen() {
        return open;
      },
      send: (text) => {
        if (open) timers.after(1, () => session?.onMessage(text));
        return open;
      },
      ping: () => undefined,
      close: () => {
        end(1000);
      },
    };
  }
}

/** The adapter on the simulated exchange, both in virtual time: what the one signs, the other proves. */
export class SimulatedVenue {
  readonly time = new ManualTime();
  readonly venue: SyntheticExchange;
  readonly trading: HyperliquidTrading;
  readonly orders: VenueOrderReport[] = [];
  readonly fills: Fill[] = [];
  readonly troubles: VenueTrouble[] = [];
  readonly unknown: string[] = [];
  private btc: Instrument | undefined;
  private nonces = 0n;
  private sequence = 0;

  private constructor(options: Partial<SyntheticExchangeOptions>) {
    const { clock, timers } = this.time;
    const logger = new SilentLogger();
    this.venue = createSyntheticExchange(
      { seed: 1, accounts: [SIGNER], coins: ['BTC'], scheduleCancelVolume: '0', ...options },
      { clock, timers, logger },
    );
    this.venue.start();
    this.trading = createHyperliquidTrading(
      {
        apiUrl: 'http://venue.test',
        wsUrl: 'ws://venue.test/ws',
        accountId: accountId('main'),
        walletAddress: SIGNER,
        privateKey: TEST_KEY,
        network: 'testnet',
      },
      {
        clock,
        timers,
        random: new SeededRandom(1),
        http: new DoorHttp(this.venue, this.time),
        webSocket: new DoorSockets(this.venue, this.time),
        logger,
      },
    );
  }

  static async open(options: Partial<SyntheticExchangeOptions> = {}): Promise<SimulatedVenue> {
    const world = new SimulatedVenue(options);
    await world.pass(1_000);
    const started = world.trading.start({
      onOrder: (report) => world.orders.push(report),
      onFill: (fill) => world.fills.push(fill),
      onFunding: () => undefined,
      onConnected: () => undefined,
      onDisconnected: () => undefined,
      onUnknown: (description) => world.unknown.push(description),
      onTrouble: (trouble) => world.troubles.push(trouble),
    });
    await world.pass(1_000);
    await started;
    return world;
  }

  pass(milliseconds: number): Promise<void> {
    return this.time.advanceAsync(milliseconds);
  }

  /** The value of a promise once so much time has passed, or the code of its fault. */
  async within<T>(milliseconds: number, promise: Promise<T>): Promise<T | string> {
    const settled = promise.catch((error: unknown) => {
      if (error instanceof Fault) return error.code;
      throw error;
    });
    await this.pass(milliseconds);
    return settled;
  }

  put(fault: FaultName, more: object = {}): void {
    const rule = parseFaultRule({ fault, ...more });
    if (!isFaultRule(rule)) throw new Error(rule.join('\n'));
    this.venue.director.put(fault, rule);
  }

  get nowMs(): number {
    return Number(this.time.nowNs / NS_PER_MS);
  }

  nonce(): bigint {
    this.nonces += 1n;
    return BigInt(this.nowMs) + this.nonces;
  }

  /** Buy orders far below the market, valid for `validMs`. */
  async placements(count: number, validMs = 1_000): Promise<readonly Placement[]> {
    this.btc ??= (await this.trading.instruments())[0];
    const { btc } = this;
    if (btc === undefined) throw new Error('no instrument');
    return Array.from({ length: count }, () => {
      this.sequence += 1;
      const expiresAt = timeNs(BigInt(this.nowMs + validMs) * NS_PER_MS);
      const placement = aPlacement(btc, { sequence: this.sequence, expiresAt, quantity: '0.01' });
      const intent = { ...placement.intent, limitPrice: parsePrice('40000') };
      return { ...placement, intent, nonce: this.nonce() };
    });
  }

  cancellation({ instrument, clientOrderId, expiresAt }: Placement): Cancellation {
    return { instrument, clientOrderId, nonce: this.nonce(), expiresAt };
  }

  /** What really rests, by the venue's own word. */
  async resting(): Promise<number> {
    const open = this.trading.openOrders();
    await this.pass(1);
    return (await open).length;
  }

  async statusOf(clientOrderId: ClientOrderId): Promise<string> {
    const report = this.trading.orderStatus({ clientOrderId });
    await this.pass(1);
    return (await report)?.status ?? 'unknown';
  }
}
