import { bootService } from '@argosy/platform-nest';
import { LedgerModule } from './app.module.js';
import { readLedgerConfig } from './ledger.config.js';

await bootService({
  name: 'ledger',
  version: '0.1.0',
  configure: () => readLedgerConfig(process.env),
  module: () => LedgerModule,
});
