import { isoTime } from '@argosy/domain';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import type { OrderAnswer, PositionAnswer, StatusAnswer, StrategyAnswer } from '../gateway/answers.js';
import { signRequest } from '../gateway/sign-request.js';
import type { Operation } from '../operations/operation.js';
import { draw } from './draw.js';
import { openEvents } from './event-source.js';
import { ViewState } from './view-state.js';

const FRAME_MS = 500;
/** Without a screen: a picture now and then is a log one can read. */
const PLAIN_FRAME_MS = 2_000;
const READ_MS = 2_000;
const RECONNECT_MS = 1_000;
const STREAM = '/api/v1/stream?events=status,book,order,fill,pnl';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** Draws the fleet twice a second until `q`, a signal, or so many frames. */
export async function watch(operation: Operation, frames: number | undefined): Promise<ExitCode> {
  const { shell } = operation;
  const { terminal } = shell;
  const state = new ViewState();
  const view = new LiveView(operation, state);
  // Who cannot be reached now is told so in words, not by an empty screen.
  await view.read();
  return new Promise<ExitCode>((resolve, reject) => {
    let drawn = 0;
    const show = (): void => {
      try {
        terminal.out(view.frame());
      } catch (error) {
        finish();
        reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      drawn += 1;
      if (frames !== undefined && drawn >= frames) end(EXIT.ok);
    };
    const timers = [
      shell.timers.every(terminal.isScreen ? FRAME_MS : PLAIN_FRAME_MS, show),
      shell.timers.every(READ_MS, () => void view.refresh()),
    ];
    const leave = view.listen();
    const unlisten = [
      terminal.onKey((key) => (/[qQ\x03\x1b]/.test(key[0] ?? '') ? end(EXIT.ok) : undefined)),
      terminal.onResize(show),
      shell.onStop(() => end(EXIT.ok)),
    ];
    function finish(): void {
      for (const timer of timers) timer.cancel();
      for (const stop of unlisten) stop();
      leave();
      if (terminal.isScreen) terminal.out(LEAVE);
    }
    function end(code: ExitCode): void {
      finish();
      resolve(code);
    }
    if (terminal.isScreen) terminal.out(ENTER);
  });
}

/** A service that does not answer leaves its part of the picture empty; the header names it. */
function nothingIfRefused(error: unknown): undefined {
  if (!(error instanceof CommandError)) throw error;
  return undefined;
}

/** What arrives by stream and what is asked for, as text for the terminal. */
class LiveView {
  #isLeft = false;

  constructor(
    private readonly operation: Operation,
    private readonly state: ViewState,
  ) {}

  /** @throws CommandError when the gateway does not answer. */
  async read(): Promise<void> {
    const { gateway } = this.operation;
    const part = <T>(path: string): Promise<T | undefined> =>
      gateway.get(path).then((value) => value as T, nothingIfRefused);
    const [status, orders, positions, strategies] = await Promise.all([
      gateway.get('/api/v1/status') as Promise<StatusAnswer>,
      part<{ readonly orders: readonly OrderAnswer[] }>('/api/v1/orders?status=open&limit=100'),
      part<{ readonly positions: readonly PositionAnswer[] }>('/api/v1/positions'),
      part<{ readonly strategies: readonly StrategyAnswer[] }>('/api/v1/strategies'),
    ]);
    this.state.status = status;
    this.state.setOrders(orders?.orders ?? []);
    this.state.positions = positions?.positions ?? [];
    this.state.strategies = strategies?.strategies ?? [];
  }

  async refresh(): Promise<void> {
    await this.read().catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      this.state.trouble = error.message;
    });
  }

  /** Follows the stream, connecting again when it ends; returns what leaves it. */
  listen(): () => void {
    const { shell, found } = this.operation;
    let close = (): void => undefined;
    const connect = (): void => {
      if (this.#isLeft) return;
      const headers =
        found.key === undefined
          ? {}
          : { ...signRequest(found.key, { method: 'GET', target: STREAM, body: '' }, shell.clock, shell.random) };
      close = openEvents(`${found.url}${STREAM}`, headers, {
        onEvent: (event) => {
          this.state.trouble = '';
          this.state.apply(event);
        },
        onEnd: (reason) => {
          if (this.#isLeft) return;
          this.state.trouble = `stream lost: ${reason}; connecting again`;
          shell.timers.after(RECONNECT_MS, connect);
        },
      });
    };
    connect();
    return () => {
      this.#isLeft = true;
      close();
    };
  }

  frame(): string {
    const { shell, found } = this.operation;
    const { terminal } = shell;
    const { columns, rows } = terminal.size();
    const time = isoTime(shell.clock.now()).slice(11, 19);
    const lines = draw(this.state, { columns, rows, colour: terminal.colour, time: `${time} UTC`, source: found.url });
    if (!terminal.isScreen) return `${lines.map((text) => text.trimEnd()).join('\n')}\n\n`;
    return `${HOME}${lines.map((text) => `${text}${CLEAR_LINE}`).join('\r\n')}${CLEAR_BELOW}`;
  }
}
