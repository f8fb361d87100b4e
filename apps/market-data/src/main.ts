import { bootService } from '@argosy/platform-nest';
import { MarketDataModule, ProcessFacts } from './app.module.js';
import { readMarketDataConfig } from './market-data.config.js';

const VERSION = '0.1.0';
const facts = new ProcessFacts(VERSION, process.pid, () => process.memoryUsage.rss());

await bootService({
  name: 'market-data',
  version: VERSION,
  configure: () => readMarketDataConfig(process.env),
  module: () => ({ module: MarketDataModule, providers: [{ provide: ProcessFacts, useValue: facts }] }),
});
