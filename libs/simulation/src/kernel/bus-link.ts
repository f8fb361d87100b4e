import type { BusLink, InMemoryBus } from '@argosy/platform-virtual';
import type { Network } from './network.js';
import type { Scheduler } from './scheduler.js';
import type { SimProcess } from './sim-process.js';

/** A client that has heard nothing from its server for so long calls the connection lost, as the real one does by pings. */
const LOST_AFTER_US = 2_000_000;
/** And tries again as often. */
const RECONNECT_US = 250_000;

/** The way of one process to the message server; a link that stays cut ends the connection. */
export function busLink(process: SimProcess, server: string, network: Network): BusLink {
  const there = network.way(process.machineName, server);
  const back = network.way(server, process.machineName);
  return {
    up: (run) => {
      if (process.alive) there.send(run);
    },
    down: (run) => {
      back.send(() => process.enter(run));
    },
  };
}

/** Loses and finds the connection of one process as the network and the server allow. */
export function watchConnection(
  bus: InMemoryBus,
  process: SimProcess,
  {
    server,
    network,
    scheduler,
    isUp,
  }: {
    readonly server: string;
    readonly network: Network;
    readonly scheduler: Scheduler;
    readonly isUp: () => boolean;
  },
): { readonly serverDied: () => void } {
  const isWhole = (): boolean =>
    isUp() && !network.isCut(process.machineName, server) && !network.isCut(server, process.machineName);
  const retry = (): void => {
    scheduler.after(RECONNECT_US, () => {
      if (!process.alive || bus.connected) return;
      if (isWhole()) process.enter(() => bus.reconnect());
      else retry();
    });
  };
  const lose = (): void => {
    process.enter(() => {
      if (!bus.connected) return;
      bus.disconnect();
      retry();
    });
  };
  network.watch((from, to, isCut) => {
    const ours = (from === process.machineName && to === server) || (to === process.machineName && from === server);
    if (!ours || !isCut || !process.alive) return;
    scheduler.after(LOST_AFTER_US, () => {
      if (process.alive && !isWhole()) lose();
    });
  });
  process.onEnd(() => {
    bus.vanish();
  });
  return { serverDied: lose };
}
