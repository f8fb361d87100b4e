import { bootService } from '@argosy/platform-nest';
import { MarketDataModule } from './app.module.js';
import { readMarketDataConfig } from './market-data.config.js';

await bootService({
  name: 'market-data',
  version: '0.1.0',
  configure: () => readMarketDataConfig(process.env),
  module: () => MarketDataModule,
});
