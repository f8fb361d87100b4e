import { Exchange, RecordedMarket } from '@argosy/exchange-core';
import {
  ExchangeHost,
  exchangeRules,
  type Product,
  type ReferenceSymbol,
  StreamHub,
  SwitchedJournal,
  type World,
} from '@argosy/exchange-wire';
import { replayFolder } from '../journal/replay.js';
import type { StateFolder, StateIdentity } from '../journal/state-folder.js';
import type { SimConfig } from '../sim-config.js';
import type { SimulatorPorts } from '../simulator.js';
import { RecordedDriver } from './recorded-driver.js';
import { RecordedOutlet } from './recorded-outlet.js';
import { parseMessage, type RecordingLine } from './recording-line.js';
import { type RecordingFacts, RecordingError, RecordingSet } from './recording-set.js';

const ASSET = 0;
const SZ_DECIMALS = 5;
const MAX_LEVERAGE = 40;
const IMPACT_NOTIONAL = '20000';

/** Tick and lot of what is recorded, from the venue's symbol rules. */
const SYMBOLS: Readonly<Record<Product, Omit<ReferenceSymbol, 'product'>>> = {
  spot: {
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    tick: '0.01000000',
    lot: '0.00001000',
    minimumNotional: '5.00000000',
  },
  usdm: { symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tick: '0.10', lot: '0.001', minimumNotional: '100' },
};

function assetOf(facts: RecordingFacts) {
  const { base, symbol } = SYMBOLS[facts.product];
  if (facts.symbol !== symbol)
    throw new RecordingError(`only recordings of ${symbol} can be played, this is ${facts.symbol}`);
  // Whole numbers are legal prices whatever the tick.
  const startPx = facts.startPx.split('.')[0] ?? '0';
  return {
    name: base,
    szDecimals: SZ_DECIMALS,
    maxLeverage: MAX_LEVERAGE,
    book: 'queue',
    startPx,
    impactNotional: IMPACT_NOTIONAL,
  } as const;
}

/** Lines in order, fed to the market one by one up to a mark. */
class LineFeeder {
  private played = 0;
  private lastMs = 0;

  constructor(
    private readonly source: AsyncIterator<RecordingLine>,
    private readonly market: RecordedMarket,
    private readonly symbol: string,
  ) {}

  get linesPlayed(): number {
    return this.played;
  }

  async feedTo(mark: number): Promise<void> {
    while (this.played < mark) {
      const result = await this.source.next();
      // A mark beyond the last line says that the recording had ended.
      if (result.done === true) {
        this.market.end(this.lastMs);
        return;
      }
      const line = result.value;
      this.played += 1;
      this.lastMs = line.timeMs;
      const message = parseMessage(line, this.symbol);
      if (message !== undefined) this.market.feed(message, line.timeMs);
    }
  }
}

/** A recorded set and its exchange, new or as the folder left them: the set is then played on from where it stopped. */
export async function openRecordedWorld(
  config: SimConfig,
  ports: SimulatorPorts,
  folder: StateFolder | undefined,
  _identity: StateIdentity,
): Promise<World> {
  const set = new RecordingSet(ports.disk, config.recordings);
  const facts = await set.facts();
  const outlet = new RecordedOutlet();
  const market = new RecordedMarket({ asset: ASSET, szDecimals: SZ_DECIMALS, chain: facts.product }, outlet.sink);
  const saved = await folder?.snapshot();
  const journal = new SwitchedJournal();
  const exchange: Exchange = new Exchange(
    exchangeRules({ ...config, addressLimits: config.limits.addressLimits, recorded: true }, [assetOf(facts)]),
    (event) => host.hear(event),
    saved?.exchange,
  );
  const host = new ExchangeHost(exchange, ports.clock, journal);
  const source = set.lines()[Symbol.asyncIterator]();
  const feeder = new LineFeeder(source, market, facts.symbol);
  await feeder.feedTo(saved?.mark ?? 0);
  if (folder !== undefined) {
    await replayFolder(folder, saved?.segment ?? 0, {
      exchange,
      advanceMarket: async (timeMs, mark) => {
        outlet.direct((body) => void exchange.execute({ ...body, timeMs }));
        await feeder.feedTo(mark);
      },
    });
    outlet.direct(undefined);
  }
  const hub = new StreamHub();
  const driver = new RecordedDriver({
    facts,
    market,
    outlet,
    hub,
    host,
    speed: config.speed,
    linesPlayed: feeder.linesPlayed,
    lines: { [Symbol.asyncIterator]: () => source },
    logger: ports.logger,
    clock: ports.clock,
    timers: ports.timers,
    symbol: { product: facts.product, ...SYMBOLS[facts.product] },
  });
  await driver.prepare();
  return {
    host,
    hub,
    driver,
    feed: driver,
    opening: [],
    connect: (target) => {
      journal.connect(target);
      return host;
    },
    snapshot: () => ({ mark: driver.linesPlayed, exchange: exchange.snapshot(), market: undefined }),
  };
}
