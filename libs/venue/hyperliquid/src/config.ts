import type { AccountId, Clock, Instrument, Random, Timers } from '@argosy/domain';
import type { HttpClient, Logger, WebSocketClient } from '@argosy/platform-port';
import type { VenueRateLimits } from '@argosy/venue-port';
import type { Network } from './signing/action-signer.js';

/** Everything of the world the adapter touches. */
export interface HyperliquidPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly http: HttpClient;
  readonly webSocket: WebSocketClient;
  readonly logger: Logger;
}

/** What both halves of the adapter may be told; each number has a default in `CONNECTION_DEFAULTS`. */
export interface HyperliquidConnectionConfig {
  /** Without a path, e.g. `https://api.hyperliquid.xyz`. */
  readonly apiUrl: string;
  /** With its path, e.g. `wss://api.hyperliquid.xyz/ws`. */
  readonly wsUrl: string;
  /** 15,000 to 50,000: the venue drops a client it has not heard from for 60 s. */
  readonly pingIntervalMs?: number;
  readonly pongTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Of one `/info` question. */
  readonly requestTimeoutMs?: number;
  /** At most 60,000 (5.13). */
  readonly instrumentRefreshMs?: number;
  /** At most 30,000 (5.9). */
  readonly clockSampleMs?: number;
  /** Instruments of an earlier life: versions go on from theirs. */
  readonly knownInstruments?: readonly Instrument[];
}

export interface HyperliquidMarketDataConfig extends HyperliquidConnectionConfig {
  /** A book without news for this long is stale; at twice this its subscription is made anew. */
  readonly staleAfterMs?: number;
  /** Also takes best bid and ask, sent with every block, to move the top of the book between its snapshots. */
  readonly bestPrices?: boolean;
}

export interface HyperliquidTradingConfig extends HyperliquidConnectionConfig {
  readonly accountId: AccountId;
  /** The account's own address; the signer may be an agent with another. */
  readonly walletAddress: string;
  /** 0x and 64 hex digits. Held in one object that never shows it. */
  readonly privateKey: string;
  readonly network: Network;
  /** The vault or sub-account traded for; its orders, fills and state are then what is watched. */
  readonly vaultAddress?: string;
  /** No answer after this: the outcome is unknown. */
  readonly answerTimeoutMs?: number;
  /** Of a venue that limits otherwise than the official one: a simulator, a node of our own. */
  readonly rateLimits?: VenueRateLimits;
}

export const CONNECTION_DEFAULTS = {
  pingIntervalMs: 15_000,
  pongTimeoutMs: 5_000,
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 5_000,
  instrumentRefreshMs: 30_000,
  clockSampleMs: 30_000,
} as const;
export const STALE_AFTER_MS = 5_000;
export const ANSWER_TIMEOUT_MS = 2_000;
/** A snapshot of 2,000 fills is under one megabyte. */
export const FRAME_BYTES_MAX = 8 * 1024 * 1024;

type Numbers = { readonly [Name in keyof typeof CONNECTION_DEFAULTS]: number };
export type ConnectionSettings = Numbers & {
  readonly apiUrl: string;
  readonly wsUrl: string;
  readonly knownInstruments: readonly Instrument[];
};

/** Inclusive, in ms: outside, the venue's rules or our own invariants cannot be kept. */
const BOUNDS: { readonly [Name in keyof Numbers]: readonly [number, number] } = {
  pingIntervalMs: [15_000, 50_000],
  pongTimeoutMs: [500, 10_000],
  connectTimeoutMs: [100, 60_000],
  requestTimeoutMs: [100, 60_000],
  instrumentRefreshMs: [1_000, 60_000],
  clockSampleMs: [1_000, 30_000],
};
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

function checkUrl(name: string, url: string, schemes: readonly string[]): void {
  const problem = !URL.canParse(url) || !schemes.includes(new URL(url).protocol);
  if (problem) throw new RangeError(`${name} must be a ${schemes.join(' or ')} URL, was '${url}'`);
}

function within(name: string, value: number, [low, high]: readonly [number, number]): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new RangeError(`${name} must be a whole number from ${String(low)} to ${String(high)}, was ${String(value)}`);
}

/** @throws RangeError naming the setting and its value. */
export function connectionSettings(config: HyperliquidConnectionConfig): ConnectionSettings {
  checkUrl('apiUrl', config.apiUrl, ['http:', 'https:']);
  checkUrl('wsUrl', config.wsUrl, ['ws:', 'wss:']);
  const numbers = Object.fromEntries(
    Object.entries(CONNECTION_DEFAULTS).map(([name, preset]) => {
      const key = name as keyof Numbers;
      return [key, within(key, config[key] ?? preset, BOUNDS[key])];
    }),
  ) as unknown as Numbers;
  return {
    ...numbers,
    apiUrl: config.apiUrl.replace(/\/+$/, ''),
    wsUrl: config.wsUrl,
    knownInstruments: config.knownInstruments ?? [],
  };
}

/** @throws RangeError unless it is a whole number of ms from `low` to `high`. */
export const setting = (name: string, value: number, low: number, high: number): number =>
  within(name, value, [low, high]);

/** @throws RangeError unless `text` is an address; returns it in lower case. */
export function address(name: string, text: string): string {
  if (!ADDRESS.test(text)) throw new RangeError(`${name} must be 0x and 40 hex digits, was '${text.slice(0, 48)}'`);
  return text.toLowerCase();
}

/**
 * A real key pointed at the test network, or the reverse, is a mistake that costs money later.
 * @throws RangeError when an official host and the network contradict each other.
 */
export function checkNetwork(network: Network, urls: readonly string[]): void {
  for (const url of urls) {
    const host = new URL(url).hostname;
    const official = /(^|\.)hyperliquid(-testnet)?\.xyz$/.exec(host);
    if (official !== null && (official[2] === '-testnet') !== (network === 'testnet')) {
      throw new RangeError(`network is ${network} but '${host}' is the other one`);
    }
  }
}
