import { nsToMs } from '@argosy/domain';
import { messageBusContract } from '@argosy/testing';
import { ManualTime, settled } from '../manual-time.js';
import { InMemoryBroker } from './in-memory-broker.js';
import { InMemoryBus } from './in-memory-bus.js';

messageBusContract('InMemoryBus', async () => {
  const time = new ManualTime();
  const broker = new InMemoryBroker(time.clock, time.timers);
  return {
    connect: async (service) => new InMemoryBus(broker, service),
    ready: settled,
    pass: (milliseconds) => time.advanceAsync(milliseconds),
    nowMs: () => nsToMs(time.clock.now()),
    stop: async () => undefined,
  };
});
