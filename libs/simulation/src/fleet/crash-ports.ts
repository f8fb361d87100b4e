import type { Codec } from '@argosy/domain';
import {
  type AppendFile,
  type Consumed,
  type ConsumeOptions,
  Disk,
  type MessageContext,
  type PublishOptions,
  type Subscription,
} from '@argosy/platform-port';
import { type BusLink, type InMemoryBroker, InMemoryBus } from '@argosy/platform-virtual';
import type { CrashSchedule } from './crash-schedule.js';
import type { SimProcess } from '../kernel/sim-process.js';
import type { Scheduler } from '../kernel/scheduler.js';

/** Asked at both sides of what a process makes durable elsewhere than in the database. */
type DiesAt = CrashSchedule['diesAt'];

/** What a dead process waits for. */
const never = <T>(): Promise<T> => new Promise(() => undefined);

async function crossed<T>(process: SimProcess, target: string, diesAt: DiesAt, effect: () => Promise<T>): Promise<T> {
  if (!process.alive) return never();
  if (diesAt(process, target, 'before')) {
    process.kill();
    return never();
  }
  const value = await effect();
  if (diesAt(process, target, 'after')) process.kill();
  return process.alive ? value : never();
}

/** A process' connection on which it may die around whatever a stream keeps. */
export class CrashableBus extends InMemoryBus {
  constructor(
    broker: InMemoryBroker,
    link: BusLink,
    private readonly process: SimProcess,
    private readonly scheduler: Scheduler,
    private readonly diesAt: DiesAt,
  ) {
    super(broker, process.name, link, process);
  }

  override publishDurable<T>(
    subject: string,
    codec: Codec<T>,
    message: T,
    options: PublishOptions & { readonly eventId: string },
  ): Promise<void> {
    const publish = (): Promise<void> => super.publishDurable(subject, codec, message, options);
    return crossed(this.process, 'stream.publish', this.diesAt, publish);
  }

  override consume<T>(
    pattern: string,
    codec: Codec<T>,
    options: ConsumeOptions,
    handle: (message: T, context: MessageContext) => Promise<Consumed>,
  ): Promise<Subscription> {
    return super.consume(pattern, codec, options, async (message, context) => {
      const outcome = await handle(message, context);
      if (outcome === 'done') this.acknowledging();
      return this.process.alive ? outcome : never();
    });
  }

  private acknowledging(): void {
    const { process, scheduler } = this;
    if (this.diesAt(process, 'stream.acknowledge', 'before')) return process.kill();
    // The acknowledgement leaves as soon as this turn is over.
    if (this.diesAt(process, 'stream.acknowledge', 'after')) scheduler.after(1, () => process.kill());
  }
}

/** A machine's disk as one process of it sees it: what the process does after its death does not happen. */
export class CrashableDisk extends Disk {
  constructor(
    private readonly disk: Disk,
    private readonly process: SimProcess,
    private readonly diesAt: DiesAt,
  ) {
    super();
  }

  override openAppend(path: string): Promise<AppendFile> {
    return this.alive(() => this.disk.openAppend(path));
  }

  override readFile(path: string): Promise<Uint8Array> {
    return this.alive(() => this.disk.readFile(path));
  }

  override readLines(path: string): AsyncIterable<string> {
    return this.disk.readLines(path);
  }

  override writeFile(path: string, bytes: Uint8Array): Promise<void> {
    return crossed(this.process, 'disk.writeFile', this.diesAt, () => this.disk.writeFile(path, bytes));
  }

  override list(folder: string): Promise<readonly string[]> {
    return this.alive(() => this.disk.list(folder));
  }

  override exists(path: string): Promise<boolean> {
    return this.alive(() => this.disk.exists(path));
  }

  private alive<T>(run: () => Promise<T>): Promise<T> {
    return this.process.alive ? run() : never();
  }
}
