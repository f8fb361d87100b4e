import type { RawParameters, StrategyEvent } from '@argosy/strategy-api';
import { type RunHandle, type RunListener, type RunSpec, StrategyRunner } from '@argosy/strategy-service';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './worker-messages.js';

export interface WorkerRunnerSettings {
  /** The compiled code of the thread. */
  readonly entry: URL;
  /** Heap of one strategy; beyond it its thread ends. */
  readonly memoryMb: number;
  readonly execArgv?: readonly string[];
}

/** How much of the heap may be young; a strategy makes much garbage and keeps little. */
const YOUNG_MB = 16;
const STACK_MB = 4;

/**
 * Each strategy in a thread of its own, with a heap limit and an empty environment. Ending it ends whatever it is doing,
 * an endless loop too.
 */
export class WorkerRunner extends StrategyRunner {
  constructor(private readonly settings: WorkerRunnerSettings) {
    super();
  }

  override start(spec: RunSpec, listener: RunListener): RunHandle {
    const { entry, memoryMb, execArgv } = this.settings;
    const options: WorkerOptions = {
      workerData: spec,
      name: spec.strategyId,
      // Nothing of ours: no key, no password, no argument.
      env: {},
      argv: [],
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_MB, stackSizeMb: STACK_MB },
    };
    return new WorkerRun(new Worker(entry, options), listener);
  }
}

class WorkerRun implements RunHandle {
  private isOver = false;

  constructor(
    private readonly worker: Worker,
    private readonly listener: RunListener,
  ) {
    worker.on('message', (message: FromWorker) => this.heard(message));
    worker.on('messageerror', () => this.fail('said something that cannot be read'));
    worker.on('error', (error: unknown) => this.fail(reasonOf(error)));
    worker.on('exit', (code) => this.fail(`its thread ended with ${String(code)}`));
    // What a strategy prints goes nowhere: an unread pipe would hold it in memory.
    worker.stdout.resume();
    worker.stderr.resume();
  }

  feed(events: readonly StrategyEvent[]): void {
    this.send({ kind: 'feed', events });
  }

  reconfigure(parameters: RawParameters): void {
    this.send({ kind: 'reconfigure', parameters });
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    void this.worker.terminate();
  }

  private send(message: ToWorker): void {
    if (!this.isOver) this.worker.postMessage(message);
  }

  private heard(message: FromWorker): void {
    if (this.isOver) return;
    if (message.kind === 'failed') this.fail(message.reason);
    else this.listener.answered(message);
  }

  private fail(reason: string): void {
    if (this.isOver) return;
    this.end();
    this.listener.failed(reason);
  }
}

/** By its fields: an error of another thread is of no class of ours. */
function reasonOf(error: unknown): string {
  const { code, name, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly name?: unknown;
    readonly message?: unknown;
  };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'ran out of memory';
  return `its thread failed: ${String(name)}: ${String(message)}`.slice(0, 400);
}
