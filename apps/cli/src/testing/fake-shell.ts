import { Clock, Random, type TimeNs, timeNs, type Timer, Timers } from '@argosy/domain';
import type { Shell } from '../shell.js';
import { plainPainter, type Terminal } from '../terminal/terminal.js';

class FixedClock extends Clock {
  override now(): TimeNs {
    return timeNs(1_700_000_000_123_000_000n);
  }
  override monotonicMs(): number {
    return 0;
  }
}

class NoTimers extends Timers {
  override after(): Timer {
    return { cancel: () => undefined };
  }
  override every(): Timer {
    return { cancel: () => undefined };
  }
}

class CountingRandom extends Random {
  #next = 0;
  override unit(): number {
    return 0.5;
  }
  override bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => (this.#next += 1) % 251);
  }
}

export interface FakeTerminal extends Terminal {
  readonly said: { out: string; err: string };
}

export function fakeTerminal(): FakeTerminal {
  const said = { out: '', err: '' };
  return {
    said,
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isScreen: false,
    size: () => ({ columns: 80, rows: 24 }),
    colour: plainPainter,
    onResize: () => () => undefined,
    onKey: () => () => undefined,
  };
}

/** A world in which nothing happens by itself. */
export function fakeShell(overrides: Partial<Shell> = {}): Shell & { readonly terminal: FakeTerminal } {
  const terminal = fakeTerminal();
  return {
    root: '/nowhere',
    folder: '/nowhere',
    env: {},
    node: process.execPath,
    pid: 1,
    clock: new FixedClock(),
    timers: new NoTimers(),
    random: new CountingRandom(),
    onStop: () => () => undefined,
    onKill: () => () => undefined,
    ...overrides,
    terminal,
  };
}
