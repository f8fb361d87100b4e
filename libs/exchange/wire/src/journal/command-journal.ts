import type { ExchangeCommand } from '@argosy/exchange-core';

/** Where commands are written as they are executed. */
export abstract class CommandJournal {
  abstract writeCommand(command: ExchangeCommand): void;
  /** The market went to `mark` at protocol time `timeMs`. */
  abstract writeMark(timeMs: number, mark: number): void;
  /** Resolves when everything written so far survives a crash. */
  abstract sync(): Promise<void>;
  /** Resolves when every `sync` asked for so far has. */
  abstract settled(): Promise<void>;
}

/** For an exchange that forgets everything when it stops. */
export class NoJournal extends CommandJournal {
  override writeCommand(): void {
    // Nothing is kept.
  }
  override writeMark(): void {
    // Nothing is kept.
  }
  override async sync(): Promise<void> {
    // Nothing to wait for.
  }
  override async settled(): Promise<void> {
    // Nothing to wait for.
  }
}
