import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import { isAlive, runningFleets } from '../fleet/running-record.js';
import type { Shell } from '../shell.js';

const END_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 100;

/** Asks running fleets to end in order and waits for them. */
export async function down(shell: Shell, name: string | undefined): Promise<ExitCode> {
  const fleets = (await runningFleets(shell.root)).filter((fleet) => name === undefined || fleet.name === name);
  if (fleets.length === 0) {
    shell.terminal.err(
      name === undefined ? 'argosy: no fleet is running\n' : `argosy: no fleet named '${name}' is running\n`,
    );
    return EXIT.ok;
  }
  for (const { name: fleet, pid } of fleets) {
    process.kill(pid, 'SIGTERM');
    for (let waitedMs = 0; isAlive(pid); waitedMs += LOOK_EVERY_MS) {
      if (waitedMs > END_WITHIN_MS)
        throw new CommandError(
          EXIT.unreachable,
          `'${fleet}' (process ${String(pid)}) did not end within ${String(END_WITHIN_MS / 1_000)} s`,
        );
      await shell.timers.sleep(LOOK_EVERY_MS);
    }
    shell.terminal.err(`argosy: '${fleet}' has ended\n`);
  }
  return EXIT.ok;
}
