import type { Clock } from '@argosy/domain';
import type { Terminal, Tone } from '../terminal/terminal.js';

const NAME_WIDTH = 14;

/** Tells on standard error what is going on, a line a change, the same on a screen and in a log. */
export class Announcer {
  readonly #startedMs: number;

  constructor(
    private readonly terminal: Terminal,
    private readonly clock: Clock,
  ) {
    this.#startedMs = clock.monotonicMs();
  }

  get elapsedMs(): number {
    return this.clock.monotonicMs() - this.#startedMs;
  }

  say(text: string): void {
    this.terminal.err(`${text}\n`);
  }

  ready(name: string, detail = ''): void {
    this.#line('good', '✓', name, detail);
  }

  waits(name: string, reason: string): void {
    this.#line('dim', '·', name, reason);
  }

  warns(name: string, detail: string): void {
    this.#line('warn', '!', name, detail);
  }

  fails(name: string, detail: string): void {
    this.#line('bad', '✗', name, detail);
  }

  #line(tone: Tone, mark: string, name: string, detail: string): void {
    const { colour } = this.terminal;
    const seconds = `${(this.elapsedMs / 1_000).toLocaleString('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false })} s`;
    this.say(
      `${colour('dim', seconds.padStart(8))} ${colour(tone, mark)} ${name.padEnd(NAME_WIDTH)} ${tone === 'dim' ? colour('dim', detail) : detail}`.trimEnd(),
    );
  }
}
