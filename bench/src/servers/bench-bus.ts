import { NatsMessageBus } from '@argosy/platform-messaging';
import { SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';

/** Our bus in the name of a service, on a server without users. */
export const openBus = (servers: string, service: string): Promise<NatsMessageBus> =>
  NatsMessageBus.connect(
    { servers, service },
    {
      clock: new SystemClock(),
      timers: new SystemTimers(),
      random: new SystemRandom(),
      logger: new SilentLogger(),
      metrics: new SilentMetrics(),
    },
  );
