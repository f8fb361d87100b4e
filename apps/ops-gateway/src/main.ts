import { KillSwitchService } from '@argosy/ops-service';
import { bootService } from '@argosy/platform-nest';
import { opsModule } from './app.module.js';
import { setUpHttp } from './http/set-up-http.js';
import { killBySignal } from './kill-by-signal.js';
import { readOpsConfig } from './ops.config.js';

const VERSION = '0.1.0';

await bootService({
  name: 'ops-gateway',
  version: VERSION,
  configure: () => readOpsConfig(process.env),
  module: (config) => opsModule(config, process.env),
  http: (app) => setUpHttp(app, VERSION),
  onKillSignal: (get) => killBySignal(get(KillSwitchService)),
});
