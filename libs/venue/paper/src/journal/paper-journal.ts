import { type Amount, Fault, type TimeNs } from '@argosy/domain';
import type { AppendFile, Disk } from '@argosy/platform-port';
import { PaperAccount } from '../account/paper-account.js';
import type { PaperAccountState, PaperEvent } from '../account/paper-event.js';
import { type JournalLine, readLine, writeLine } from './journal-line.js';

/** After so many lines the file is rewritten as one snapshot: start-up and disk use stay bounded. */
export const LINES_MAX = 20_000;
/** Changes waiting for the disk; beyond them the venue takes no more requests. */
export const WAITING_MAX = 10_000;

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (fault: Fault) => void;
}

/**
 * Reads an account back from its journal; undefined when there is none. A last line without its end, or not whole, is
 * what a crash leaves and was never acknowledged; anything else that cannot be read is damage.
 * @throws Fault STORE_UNAVAILABLE naming the line.
 */
export async function readJournal(disk: Disk, path: string): Promise<PaperAccount | undefined> {
  if (!(await disk.exists(path))) return undefined;
  const lines = new TextDecoder().decode(await disk.readFile(path)).split('\n');
  // The part after the last line end: empty in a whole file, a torn line otherwise.
  lines.pop();
  let account: PaperAccount | undefined;
  for (const [index, text] of lines.entries()) {
    const line = readLine(text);
    if (line === undefined && index === lines.length - 1) break;
    account = replayed(account, line, `line ${String(index + 1)} of '${path}'`);
  }
  return account;
}

function replayed(account: PaperAccount | undefined, line: JournalLine | undefined, where: string): PaperAccount {
  if (line === undefined) throw new Fault('STORE_UNAVAILABLE', `${where} is damaged`);
  if (line.kind === 'account') {
    if (line.version === 1) return new PaperAccount(line.state);
    throw new Fault('STORE_UNAVAILABLE', `${where} is of version ${String(line.version)}, this process reads 1`);
  }
  if (account === undefined) throw new Fault('STORE_UNAVAILABLE', `${where} comes before any account`);
  for (const event of line.events) account.apply(event);
  return account;
}

/** The account as its journal has it, or newly opened. */
export async function openAccount(
  disk: Disk,
  path: string,
  opening: { readonly bornAt: TimeNs; readonly cash: Amount },
): Promise<PaperAccount> {
  return (await readJournal(disk, path)) ?? PaperAccount.opened(opening.bornAt, opening.cash);
}

/**
 * Appends what changed, many changes to one write. It begins, and begins again after a failure, with a snapshot, so that
 * neither a torn line nor a failed write ever stands in the middle.
 */
export class PaperJournal {
  private queue: Waiting[] = [];
  private file: AppendFile | undefined;
  private lines = 0;
  private running: Promise<void> | undefined;
  /** Settles with the newest change. */
  private newest: Promise<unknown> = Promise.resolve();
  private fault: Fault | undefined;

  constructor(
    private readonly disk: Disk,
    private readonly path: string,
    private readonly snapshot: () => PaperAccountState,
    private readonly linesMax = LINES_MAX,
  ) {}

  /** Why nothing can be written now, or undefined. */
  get failure(): Fault | undefined {
    return this.fault;
  }

  get isFull(): boolean {
    return this.queue.length >= WAITING_MAX;
  }

  /** Writes the present account: at start, and to recover. Faults: STORE_UNAVAILABLE. */
  async begin(): Promise<void> {
    await this.running;
    const covered = this.queue.splice(0);
    await this.write(covered, true);
    if (this.fault !== undefined) throw this.fault;
    if (this.queue.length > 0) this.run();
  }

  /** Resolves when the change survives a power cut. Rejects with OUTCOME_UNKNOWN when that is not known. */
  append(events: readonly PaperEvent[]): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    const line = writeLine({ kind: 'events', events });
    const outcome = new Promise<void>((resolve, reject) => this.queue.push({ line, resolve, reject }));
    this.newest = Promise.allSettled([outcome]);
    this.run();
    return outcome;
  }

  /** Resolves when everything appended before is durable, rejects when it is not. */
  async flush(): Promise<void> {
    await this.newest;
    if (this.fault !== undefined) throw this.fault;
  }

  async close(): Promise<void> {
    while (this.running !== undefined) await this.running;
    await this.file?.close();
    this.file = undefined;
  }

  private run(): void {
    this.running ??= this.drain();
  }

  private async drain(): Promise<void> {
    // One turn collects what the present tick still changes.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0);
      await this.write(batch, this.lines + batch.length > this.linesMax);
    }
    // In the tick of the last look at the queue: a change that comes after it starts anew.
    this.running = undefined;
  }

  private async write(batch: readonly Waiting[], afresh: boolean): Promise<void> {
    try {
      if (this.fault !== undefined && !afresh) throw this.fault;
      if (afresh) await this.rewrite();
      else await this.add(batch);
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      this.fault = cause;
      const unknown = new Fault('OUTCOME_UNKNOWN', `paper journal: ${cause.message}`, { cause });
      for (const { reject } of batch) reject(unknown);
    }
  }

  private async add(batch: readonly Waiting[]): Promise<void> {
    const file = (this.file ??= await this.disk.openAppend(this.path));
    const bytes = new TextEncoder().encode(batch.map(({ line }) => line).join(''));
    const written = file.append(bytes);
    await Promise.all([written, file.sync()]);
    this.lines += batch.length;
  }

  /** The snapshot is taken in the same tick in which its batch was: it holds that batch and nothing that is not queued. */
  private async rewrite(): Promise<void> {
    const bytes = new TextEncoder().encode(writeLine({ kind: 'account', version: 1, state: this.snapshot() }));
    const old = this.file;
    this.file = undefined;
    await this.disk.writeFile(this.path, bytes);
    this.fault = undefined;
    this.lines = 1;
    await old?.close();
  }
}
