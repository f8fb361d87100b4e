import type { ExchangeCommand } from '@argosy/exchange-core';
import { CommandJournal, NoJournal } from './command-journal.js';

/** Writes nowhere until it is connected: what is replayed is written already. */
export class SwitchedJournal extends CommandJournal {
  private target: CommandJournal = new NoJournal();

  connect(target: CommandJournal): void {
    this.target = target;
  }

  override writeCommand(command: ExchangeCommand): void {
    this.target.writeCommand(command);
  }

  override writeMark(timeMs: number, mark: number): void {
    this.target.writeMark(timeMs, mark);
  }

  override sync(): Promise<void> {
    return this.target.sync();
  }

  override settled(): Promise<void> {
    return this.target.settled();
  }
}
