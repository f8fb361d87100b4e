import { Fault } from '@argosy/domain';
import type { AppendFile, Disk, Logger } from '@argosy/platform-port';
import type { RawParameters, RunSpec, StrategyAction, StrategyEvent } from '@argosy/strategy-api';
import { actionsText, textOf } from './event-text.js';

export interface RunLogSettings {
  readonly folder: string;
  /** After so many bytes a new part begins. */
  readonly fileBytesMax: number;
  /** After so many parts the log of a run ends; the run goes on. */
  readonly filesMax: number;
  /** Runs of one strategy whose logs are kept; older ones are emptied. */
  readonly runsKept: number;
}

export interface RunLogPorts {
  readonly disk: Disk;
  readonly logger: Logger;
}

/** The folder and name of one part: parts sort as they were written, runs as they were started. */
export const partPath = (folder: string, strategy: string, run: string, part: number): string =>
  `${folder}/${strategy}.${run}.${String(part).padStart(4, '0')}.jsonl`;

/** Bytes that wait for the disk; beyond it the disk has stopped keeping up and the log ends. */
const WAITING_BYTES_MAX = 32 * 1_048_576;
const encoder = new TextEncoder();

/**
 * What one run of a strategy was fed, after conflation, and what it did: one JSON line each, so that its decisions can be
 * taken again. Bounded; a log that cannot be written ends and says so, it does not end the strategy.
 */
export class RunLog {
  private lines: string[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | undefined;
  private file: AppendFile | undefined;
  private part = 0;
  private partBytes = 0;
  private isOver = false;
  private counter = 0;

  constructor(
    private readonly spec: RunSpec,
    private readonly configVersion: string,
    private readonly settings: RunLogSettings,
    private readonly ports: RunLogPorts,
  ) {
    this.add(
      `{"log":"argosy-strategy-run","format":1,"spec":${JSON.stringify(spec)},"configVersion":${JSON.stringify(configVersion)}}`,
    );
    void this.emptyOldRuns();
  }

  /** An event with what it led to; `undefined` when it was fed and never answered. */
  event(event: StrategyEvent, actions: readonly StrategyAction[] | undefined): void {
    if (this.isOver) return;
    this.counter += 1;
    const did = actions === undefined ? 'null' : actionsText(actions);
    this.add(`{"n":${String(this.counter)},"event":${textOf(event)},"actions":${did}}`);
  }

  parameters(parameters: RawParameters, configVersion: string): void {
    this.add(`{"parameters":${JSON.stringify(parameters)},"configVersion":${JSON.stringify(configVersion)}}`);
  }

  end(reason: string): void {
    this.add(`{"end":${JSON.stringify(reason)}}`);
    this.isOver = true;
  }

  /** Resolves when everything so far is with the operating system. */
  async flushed(): Promise<void> {
    await this.writing;
  }

  private add(line: string): void {
    if (this.isOver) return;
    this.lines.push(line);
    this.waitingBytes += line.length;
    if (this.waitingBytes > WAITING_BYTES_MAX) return this.giveUp('the disk does not keep up');
    this.writing ??= this.write();
  }

  private async write(): Promise<void> {
    try {
      while (this.lines.length > 0) await this.writeWaiting();
      if (this.isOver) await this.closeFile();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.giveUp(error.message);
    } finally {
      this.writing = undefined;
    }
  }

  private async writeWaiting(): Promise<void> {
    // One turn later, so that the lines of one batch are one write.
    await Promise.resolve();
    const bytes = encoder.encode(`${this.lines.join('\n')}\n`);
    this.lines = [];
    this.waitingBytes = 0;
    const file = await this.fileFor(bytes.byteLength);
    if (file !== undefined) await file.append(bytes);
  }

  private async fileFor(bytes: number): Promise<AppendFile | undefined> {
    if (this.file !== undefined && this.partBytes + bytes > this.settings.fileBytesMax) {
      await this.closeFile();
      this.part += 1;
    }
    if (this.part >= this.settings.filesMax) {
      this.giveUp(`${String(this.settings.filesMax)} files of ${String(this.settings.fileBytesMax)} bytes are full`);
      return undefined;
    }
    this.file ??= await this.openPart();
    this.partBytes += bytes;
    return this.file;
  }

  private async openPart(): Promise<AppendFile> {
    this.partBytes = 0;
    return this.ports.disk.openAppend(partPath(this.settings.folder, this.spec.strategyId, this.spec.run, this.part));
  }

  private async closeFile(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close();
  }

  private giveUp(reason: string): void {
    if (this.isOver && this.lines.length === 0) return;
    this.isOver = true;
    this.lines = [];
    this.waitingBytes = 0;
    this.ports.logger.warning('strategy_log_ended', { strategy: this.spec.strategyId, run: this.spec.run, reason });
  }

  /** The disk has no way to remove, so what is too old is emptied. */
  private async emptyOldRuns(): Promise<void> {
    const { folder, runsKept } = this.settings;
    const { disk, logger } = this.ports;
    try {
      if (!(await disk.exists(folder))) return;
      const own = (await disk.list(folder)).filter((name) => name.startsWith(`${this.spec.strategyId}.`));
      const runs = [...new Set(own.map((name) => name.split('.')[1] ?? ''))].filter((run) => run !== this.spec.run);
      runs.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
      const old = new Set(runs.slice(0, Math.max(0, runs.length - runsKept + 1)));
      for (const name of own)
        if (old.has(name.split('.')[1] ?? '')) await disk.writeFile(`${folder}/${name}`, new Uint8Array(0));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      logger.warning('strategy_log_not_pruned', { strategy: this.spec.strategyId, reason: error.message });
    }
  }
}
