import { AccountsFile, loadConfigFile } from '@argosy/platform-config';
import { bootService } from '@argosy/platform-nest';
import { NodeDisk } from '@argosy/platform-runtime';
import { strategyHostModule } from './app.module.js';
import { strategyProcessCode } from './process/process-code.js';
import { readStrategyHostConfig } from './strategy-host.config.js';

const disk = new NodeDisk();
const code = strategyProcessCode();

await bootService({
  name: 'strategy-host',
  version: '0.1.0',
  configure: () => readStrategyHostConfig(process.env),
  module: async (config) =>
    strategyHostModule(config, await loadConfigFile(config.FLEET_ACCOUNTS_FILE, AccountsFile, disk), code),
});
