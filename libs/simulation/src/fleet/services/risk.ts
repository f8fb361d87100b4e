import { approvalText } from '@argosy/contracts';
import type { OrderIntent } from '@argosy/domain';
import { SilentMetrics, SilentTracer } from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import { ApprovalSigner, RiskMetrics, riskRoutes, RiskService, TradingControl } from '@argosy/risk-service';
import { APPROVAL_KEY, RISK_SETTINGS } from '../fleet-settings.js';
import type { Compose } from '../service-ports.js';

class SharedKeySigner extends ApprovalSigner {
  private readonly hmac = new HmacSha256(APPROVAL_KEY);
  override sign(intent: OrderIntent): Uint8Array {
    return this.hmac.sign(approvalText(intent));
  }
}

/** Risk as `apps/risk` puts it together, on virtual parts. */
export const composeRisk: Compose = (ports) => {
  const { process, logger, facts, stores, parts } = ports;
  const { clock, timers } = process;
  const bus = parts.riskBus(ports.bus);
  const store = parts.riskStore(stores.risk);
  const control = new TradingControl(store, bus, clock, timers, logger.child('trading_state'));
  const metrics = new RiskMetrics(new SilentMetrics());
  const leadership = ports.leadership(['risk']);
  const service = new RiskService(
    RISK_SETTINGS,
    {
      ...{ store, bus, leadership, signer: new SharedKeySigner(), clock, timers, tracer: new SilentTracer() },
      ...{ logger, metrics, facts },
    },
    control,
  );
  return {
    start: async (bind) => {
      service.warm();
      await leadership.acquire();
      await service.start();
      bind(riskRoutes(service, control));
    },
    stop: async () => {
      await service.stop();
      await leadership.release();
    },
    epoch: () => leadership.current()?.epoch,
    waitingFor: () => service.waitingFor(),
  };
};
