import { AccountsFile, LimitsFile, loadConfigFile } from '@argosy/platform-config';
import { bootService } from '@argosy/platform-nest';
import { NodeDisk } from '@argosy/platform-runtime';
import { TradingControl } from '@argosy/risk-service';
import { riskModule } from './app.module.js';
import { readRiskConfig } from './risk.config.js';

const disk = new NodeDisk();

await bootService({
  name: 'risk',
  version: '0.1.0',
  configure: () => readRiskConfig(process.env),
  module: async (config) =>
    riskModule(
      config,
      await loadConfigFile(config.FLEET_ACCOUNTS_FILE, AccountsFile, disk),
      await loadConfigFile(config.RISK_LIMITS_FILE, LimitsFile, disk),
    ),
  onKillSignal: async (get) => {
    await get(TradingControl).kill({
      actor: 'signal',
      reason: 'SIGUSR2',
      killId: `signal-risk-${String(process.pid)}`,
    });
  },
});
