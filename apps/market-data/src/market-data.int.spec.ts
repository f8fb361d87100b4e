import {
  bookCodec,
  feedsPageCodec,
  feedsRequestCodec,
  patterns,
  reconnectVenueCodec,
  emptyCodec,
  subjects,
} from '@argosy/contracts';
import { type Book, nsToMs, parsePrice } from '@argosy/domain';
import { Migrator, openPool } from '@argosy/platform-database';
import { electionSchema } from '@argosy/platform-election/postgres';
import { NatsMessageBus } from '@argosy/platform-messaging';
import { bootService, type ProcessHost, type RunningService } from '@argosy/platform-nest';
import { SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { type NatsServer, type PostgresServer, startNats, startPostgres } from '@argosy/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { MarketDataModule } from './app.module.js';
import { readMarketDataConfig } from './market-data.config.js';

const LISTING = {
  symbols: [
    {
      symbol: 'BTCUSDT',
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      filters: [
        { filterType: 'PRICE_FILTER', tickSize: '0.01' },
        { filterType: 'LOT_SIZE', stepSize: '0.00001' },
      ],
    },
  ],
};
const SNAPSHOT = {
  lastUpdateId: 100,
  bids: [
    ['100.00', '1'],
    ['99.00', '2'],
  ],
  asks: [['101.00', '1']],
};

const clock = new SystemClock();
const nowMs = (): number => nsToMs(clock.now());

/** Binance on real sockets: one symbol, diffs when told. */
class SmallBinance {
  readonly clients = new Set<WebSocket>();
  connections = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      const body = path.includes('/time')
        ? { serverTime: nowMs() }
        : path.includes('/exchangeInfo')
          ? LISTING
          : SNAPSHOT;
      response.end(JSON.stringify(body));
    });
    new WebSocketServer({ server: this.#server }).on('connection', (client) => {
      this.connections += 1;
      this.clients.add(client);
      client.on('close', () => this.clients.delete(client));
      this.diff(99, 101);
    });
  }
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }
  diff(first: number, last: number, bids: unknown = [], asks: unknown = []): void {
    const data = { e: 'depthUpdate', E: nowMs(), s: 'BTCUSDT', U: first, u: last, b: bids, a: asks };
    for (const client of this.clients) client.send(JSON.stringify({ stream: 'btcusdt@depth@100ms', data }));
  }
  async stop(): Promise<void> {
    for (const client of this.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const quiet: ProcessHost = {
  pid: 1,
  memoryBytes: () => 1,
  onSignal: () => undefined,
  onUncaught: () => undefined,
  exit: (code) => {
    throw new Error(`market-data ended with ${String(code)}`);
  },
  complain: (text) => {
    throw new Error(text);
  },
};

/** market-data keeps nothing in Postgres but its lease. */
async function migrated({ url }: PostgresServer, parts: ConstructorParameters<typeof Migrator>[1]): Promise<void> {
  const limits = { size: 1, connectTimeoutMs: 3_000, statementTimeoutMs: 5_000 };
  const admin = openPool({ url, user: 'postgres', applicationName: 'spec', ...limits });
  const marketData = { schema: 'market_data', rights: 'declared' as const, migrations: [] };
  await new Migrator(admin, parts).migrate([marketData, electionSchema]);
  await admin.end();
}

/** Resolves when `holds` does; the spec's own time-out is the limit. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('the market-data process on real sockets and a real NATS server', () => {
  const venue = new SmallBinance();
  const books: { readonly book: Book; readonly trace: string | undefined }[] = [];
  let nats: NatsServer;
  let postgres: PostgresServer;
  let reader: NatsMessageBus;
  let service: RunningService;
  const SOON = { timeoutMs: 2_000 };

  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
    const port = await venue.listen();
    const parts = {
      clock,
      timers: new SystemTimers(),
      random: new SystemRandom(),
      logger: new SilentLogger(),
      metrics: new SilentMetrics(),
    };
    await migrated(postgres, parts);
    reader = await NatsMessageBus.connect({ servers: nats.url, service: 'strategy-host' }, parts);
    reader.subscribe(
      patterns.everyBook,
      bookCodec,
      { queueLimit: 1_000 },
      (book, { trace }) => void books.push({ book, trace: trace?.traceparent }),
    );
    await reader.flush();
    const env = {
      NATS_URL: nats.url,
      POSTGRES_URL: postgres.url.replace('postgres@', ''),
      SERVICE_HTTP_PORT: '0',
      SERVICE_LOG_LEVEL: 'CRITICAL',
      MARKET_DATA_BINANCE_SYMBOLS: 'BTC-USDT',
      MARKET_DATA_BINANCE_API_URL: `http://127.0.0.1:${String(port)}`,
      MARKET_DATA_BINANCE_WS_URL: `ws://127.0.0.1:${String(port)}`,
    };
    const running = await bootService({
      name: 'market-data',
      configure: () => readMarketDataConfig(env),
      module: () => MarketDataModule,
      host: quiet,
    });
    if (running === undefined) throw new Error('market-data did not start');
    service = running;
    await service.started;
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await reader.close();
    await venue.stop();
    await nats.stop();
    await postgres.stop();
  });

  it('is ready and serves a book whose trace began with its frame', async () => {
    await until(() => books.some(({ book }) => book.valid));
    const { book, trace } = books.find((heard) => heard.book.valid) as (typeof books)[number];
    expect([book.bids[0]?.price, book.asks[0]?.price]).toEqual([parsePrice('100'), parsePrice('101')]);
    expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({ service: 'market-data', ready: true });
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('argosy_market_data_books_published_total{venue="binance",validity="valid"}');
  });

  it('answers who asks for its feeds', async () => {
    const feeds = await reader.request(subjects.marketFeeds, feedsRequestCodec, feedsPageCodec, {}, SOON);
    expect(feeds).toMatchObject({ ok: true, value: { feeds: [{ instrumentId: 'binance_BTC-USDT', state: 'live' }] } });
  });

  it('F-33: withdraws the book when the chain breaks, and rebuilds it', async () => {
    books.length = 0;
    venue.diff(500, 501);
    await until(() => books.length > 0);
    expect(books[0]?.book).toMatchObject({ valid: false, bids: [], asks: [] });
    venue.diff(502, 502);
    // The snapshot is older than the new chain, so only a new connection can follow it.
    expect(
      await reader.request(subjects.marketReconnect, reconnectVenueCodec, emptyCodec, { venue: 'binance' }, SOON),
    ).toMatchObject({ ok: true });
    await until(() => books.some(({ book }) => book.valid));
    expect(venue.connections).toBe(2);
  });

  it('MD-2: comes back by itself when the venue hangs up', async () => {
    books.length = 0;
    for (const client of venue.clients) client.terminate();
    await until(() => books.some(({ book }) => !book.valid));
    await until(() => books.some(({ book }) => book.valid));
    expect(venue.connections).toBe(3);
  });
});
