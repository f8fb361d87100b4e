import { ExecutionService } from '@argosy/execution-service';
import { AccountsFile, loadConfigFile, revealReference } from '@argosy/platform-config';
import { bootService } from '@argosy/platform-nest';
import { NodeDisk } from '@argosy/platform-runtime';
import { executionModule } from './app.module.js';
import { readExecutionConfig } from './execution.config.js';
import { keyedAccounts } from './trading-accounts.js';

const disk = new NodeDisk();

await bootService({
  name: 'execution',
  version: '0.1.0',
  configure: () => readExecutionConfig(process.env),
  module: async (config) => {
    const file = await loadConfigFile(config.FLEET_ACCOUNTS_FILE, AccountsFile, disk);
    const accounts = await keyedAccounts(file, (reference) => revealReference(reference, process.env, disk));
    return executionModule({
      config,
      fleetNumber: file.fleet_number,
      accounts,
    });
  },
  onKillSignal: async (get) => {
    await get(ExecutionService).kill({
      actor: 'signal',
      reason: 'SIGUSR2',
      killId: `signal-execution-${String(process.pid)}`,
    });
  },
});
