import { nsToMs } from '@argosy/domain';
import type { Exchange, FaultPlan, RateLimitConfig, SyntheticConfig } from '@argosy/exchange-core';
import type { ExchangeHost } from '../exchange-host.js';
import { OPENING_GRANT_USDC } from '../exchange-rules.js';
import { ExchangeWires, type WirePorts } from '../exchange-wires.js';
import type { FaultDirector } from '../faults/fault-director.js';
import type { VenueTruth } from '../truth/venue-truth.js';
import type { HttpAnswer, HttpCall, Peer, SocketHandlers } from '../protocol.js';
import type { Network, RecoverSigner } from '../signing/recover-signer.js';
import { openSynthetic } from './open-synthetic.js';
import { syntheticWorld } from './synthetic-world.js';

const HOUR_MS = 3_600_000;
const BLOCK_INTERVAL_MS = 100;

export interface SyntheticExchangeOptions {
  readonly seed: number;
  /** `testnet` unless told otherwise. */
  readonly network?: Network;
  /** Anybody who signs gets an account with money in it; otherwise only `accounts` exist. */
  readonly openAccounts?: boolean;
  readonly accounts?: readonly string[];
  /** Coins of the market, in the order of their asset ids; all of BTC, ETH and SOL unless told otherwise. */
  readonly coins?: readonly string[];
  /** How lively the market is, where it differs from the usual. */
  readonly market?: Partial<Pick<SyntheticConfig, 'leadMs' | 'quoteRate' | 'noiseRate' | 'informedRate'>>;
  readonly speed?: number;
  readonly fundingIntervalMs?: number;
  readonly scheduleCancelVolume?: string;
  /** How often books are pushed when they changed, 100 ms; the market moves as often unless `tickMs` says otherwise. */
  readonly blockIntervalMs?: number;
  readonly tickMs?: number;
  /** How often best prices are told, 20 ms. */
  readonly bestIntervalMs?: number;
  /** In place of the curve: a simulation that signs with something cheaper proves it with something cheaper. */
  readonly recoverSigner?: RecoverSigner;
  /** Generous when absent. */
  readonly limits?: RateLimitConfig;
  /** Rules that are in force from the start. */
  readonly faults?: FaultPlan;
}

/** One of the two protocols, as a plain function and a plain connection. */
export interface WireDoor {
  request(call: HttpCall): Promise<HttpAnswer>;
  /** Undefined refuses the socket. `path` may carry a query. */
  connect(peer: Peer, path: string, from?: string): SocketHandlers | undefined;
}

export interface SyntheticExchange {
  readonly hyperliquid: WireDoor;
  readonly binance: WireDoor;
  readonly exchange: Exchange;
  /** The door for commands that are not requests: deposits, halts. */
  readonly host: ExchangeHost;
  /** Fault rules: put, remove, and the log of what they did. */
  readonly director: FaultDirector;
  /** What the venue itself knows, in order. */
  venueTruth(): VenueTruth;
  /** Callers banned so far. */
  readonly bans: number;
  /** The control port's questions, for who wants them without a port. */
  readonly control: WireDoor;
  start(): void;
  stop(): void;
}

/**
 * A whole simulated venue without sockets, disk or process, on the injected clock and timers: the same seed, the same
 * times and the same requests give the same answers and frames.
 */
export function createSyntheticExchange(options: SyntheticExchangeOptions, ports: WirePorts): SyntheticExchange {
  const blockIntervalMs = options.blockIntervalMs ?? BLOCK_INTERVAL_MS;
  const world = openSynthetic(
    {
      market: { ...syntheticWorld(options.seed, nsToMs(ports.clock.now()), options.coins), ...options.market },
      rules: {
        fundingIntervalMs: options.fundingIntervalMs ?? HOUR_MS,
        openAccounts: options.openAccounts ?? false,
        addressLimits: options.limits?.addressLimits ?? false,
        ...(options.scheduleCancelVolume === undefined ? {} : { scheduleCancelVolume: options.scheduleCancelVolume }),
      },
      speed: options.speed ?? 1,
      tickMs: options.tickMs ?? blockIntervalMs,
    },
    ports,
  ).world(true);
  const { host } = world;
  for (const body of world.opening) host.execute(body);
  for (const account of options.accounts ?? []) host.execute({ type: 'deposit', account, amount: OPENING_GRANT_USDC });
  const { bestIntervalMs, recoverSigner, limits, faults } = options;
  const wires = new ExchangeWires(
    world,
    {
      network: options.network ?? 'testnet',
      blockIntervalMs,
      ...(bestIntervalMs === undefined ? {} : { bestIntervalMs }),
      ...(recoverSigner === undefined ? {} : { recoverSigner }),
      ...(limits === undefined ? {} : { limits }),
      ...(faults === undefined ? {} : { faults }),
    },
    ports,
  );
  return {
    hyperliquid: door(wires.hyperliquid),
    binance: door(wires.binance),
    exchange: host.exchange,
    host,
    director: wires.director,
    venueTruth: () => wires.truth,
    get bans() {
      return wires.bans;
    },
    control: door(wires.control),
    start: () => wires.start(),
    stop: () => wires.stop(),
  };
}

function door(protocol: {
  answer(call: HttpCall): HttpAnswer | Promise<HttpAnswer>;
  accept(path: string, query: URLSearchParams, peer: Peer, from?: string): SocketHandlers | undefined;
}): WireDoor {
  return {
    request: async (call) => protocol.answer(call),
    connect: (peer, path, from) => {
      const at = path.indexOf('?');
      const [plain, query] = at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
      return protocol.accept(plain, new URLSearchParams(query), peer, from);
    },
  };
}
