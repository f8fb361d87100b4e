import { ledgerRoutes, LedgerService } from '@argosy/ledger-service';
import { SilentMetrics, SilentTracer } from '@argosy/platform-port';
import type { Compose } from '../service-ports.js';

/** The ledger as `apps/ledger` puts it together, on virtual parts. */
export const composeLedger: Compose = (ports) => {
  const { process, bus, logger, facts, stores } = ports;
  const { clock, timers } = process;
  const service = new LedgerService({
    store: stores.ledger,
    bus,
    clock,
    timers,
    logger: logger.child('ledger'),
    metrics: new SilentMetrics(),
    tracer: new SilentTracer(),
    facts,
  });
  const leadership = ports.leadership(['ledger']);
  return {
    start: async (bind) => {
      const { epoch } = await leadership.acquire();
      // As `LedgerFence` has it: whoever led before books nothing from here on.
      await stores.ledger.claimEpoch(epoch);
      await service.start();
      bind(ledgerRoutes(service));
      await service.listen();
    },
    stop: async () => {
      service.stop();
      await leadership.release();
    },
    epoch: () => leadership.current()?.epoch,
    waitingFor: () => service.waitingFor(),
  };
};
