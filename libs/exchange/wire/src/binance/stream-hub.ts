import type { Peer } from '../protocol.js';

interface Listener {
  readonly peer: Peer;
  /** With the stream's name around the data, or the data alone. */
  isCombined(): boolean;
}

/** Who listens to which stream of the reference venue. */
export class StreamHub {
  private readonly streams = new Map<string, Set<Listener>>();
  private readonly watchers: (() => void)[] = [];

  /** Told whenever somebody begins or ends listening. */
  watch(changed: () => void): void {
    this.watchers.push(changed);
  }

  has(stream: string): boolean {
    return this.streams.has(stream);
  }

  add(stream: string, listener: Listener): void {
    const listeners = this.streams.get(stream) ?? new Set();
    listeners.add(listener);
    this.streams.set(stream, listeners);
    this.changed();
  }

  remove(stream: string, listener: Listener): void {
    const listeners = this.streams.get(stream);
    if (listeners === undefined || !listeners.delete(listener)) return;
    if (listeners.size === 0) this.streams.delete(stream);
    this.changed();
  }

  /** `data` is the JSON text of the event; `combined`, when at hand, the whole combined frame. */
  publish(stream: string, data: string, combined = `{"stream":"${stream}","data":${data}}`): void {
    for (const listener of this.streams.get(stream) ?? []) listener.peer.send(listener.isCombined() ? combined : data);
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher();
  }
}
