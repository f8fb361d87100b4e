import type { FromProcess, ToProcess } from './process-messages.js';

/** The one way out of a strategy's process. */
export interface ParentLink {
  tell(message: FromProcess): void;
  /** Tells why, and is gone once that has left. */
  leave(reason: string): void;
  onMessage(take: (message: ToProcess) => void): void;
}

/**
 * Takes the channel to the host and the ways in which a process ends before strategies are loaded, because nothing of
 * `process` is within their reach afterwards. Without its host this process ends too.
 */
export function parentLink(host: NodeJS.Process): ParentLink {
  const send = host.send?.bind(host);
  const exit = host.exit.bind(host);
  if (send === undefined) throw new Error('this is the code of a strategy process: only its host starts it');
  const leave = (reason: string): void => {
    send({ kind: 'failed', reason } satisfies FromProcess, () => exit(1));
  };
  host.on('disconnect', () => exit(0));
  host.on('unhandledRejection', (reason) => leave(`left a promise that was rejected: ${words(reason)}`));
  host.on('uncaughtException', (error) => leave(`threw outside of its events: ${words(error)}`));
  return {
    tell: (message) => void send(message),
    leave,
    onMessage: (take) => void host.on('message', (message) => take(message as ToProcess)),
  };
}

const words = (thrown: unknown): string =>
  (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown).slice(0, 300);
