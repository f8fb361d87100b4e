import { writeSync } from 'node:fs';

/** What a service needs from its process, so that a spec can send signals and see exits without dying of them. */
export interface ProcessHost {
  readonly pid: number;
  /** Resident memory now. */
  memoryBytes(): number;
  /** Processor time used so far, ms. */
  cpuMs?(): number;
  onSignal(signal: 'SIGTERM' | 'SIGINT' | 'SIGUSR1' | 'SIGUSR2', run: () => void): void;
  onUncaught(run: (error: unknown) => void): void;
  /** Whatever ends it: the last moment, in which nothing can be waited for. */
  onExit?(run: () => void): void;
  exit(code: number): void;
  /** For problems before there is a logger. */
  complain(text: string): void;
}

const STANDARD_ERROR = 2;

/** The real one. Start Node with `--disable-sigusr1`: before a listener exists, that signal opens the inspector. */
export const systemProcess: ProcessHost = {
  pid: process.pid,
  memoryBytes: () => process.memoryUsage.rss(),
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  onSignal: (signal, run) => void process.on(signal, run),
  onUncaught: (run) => {
    process.on('uncaughtException', run);
    process.on('unhandledRejection', run);
  },
  onExit: (run) => void process.once('exit', run),
  exit: (code) => process.exit(code),
  complain: (text) => {
    try {
      writeSync(STANDARD_ERROR, `${text}\n`);
    } catch {
      // A full disk or a closed terminal: whoever complains is about to leave, and must.
    }
  },
};
