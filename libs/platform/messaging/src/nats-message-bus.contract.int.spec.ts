import { SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { messageBusContract, startNats } from '@argosy/testing';
import { NatsMessageBus } from './nats-message-bus.js';

messageBusContract('NatsMessageBus', async () => {
  const server = await startNats();
  const timers = new SystemTimers();
  const buses: NatsMessageBus[] = [];
  const connect = async (service: string): Promise<NatsMessageBus> => {
    const bus = await NatsMessageBus.connect(
      { servers: server.url, service },
      {
        clock: new SystemClock(),
        timers,
        random: new SystemRandom(),
        logger: new SilentLogger(),
        metrics: new SilentMetrics(),
      },
    );
    buses.push(bus);
    return bus;
  };
  await (await connect('execution')).ensureStreams();
  return {
    connect,
    ready: async () => {
      await Promise.all(buses.map((bus) => bus.flush()));
    },
    pass: (milliseconds) => timers.sleep(milliseconds),
    nowMs: () => Date.now(),
    stop: async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      await server.stop();
    },
  };
});
