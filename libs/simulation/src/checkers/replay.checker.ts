import { SeededRandom } from '@argosy/platform-runtime';
import { ReplayError, replayLog } from '@argosy/strategy-service';
import { RUNS_FOLDER } from '../fleet/fleet-settings.js';
import { STRATEGY_TYPES } from '../fleet/services/strategy-host.js';
import { Checker } from './checker.js';

/** What a strategy was fed makes it decide the same again, byte for byte (I-32). Every tenth seed writes it down. */
export class ReplayChecker extends Checker {
  override async settled(): Promise<void> {
    for (const host of this.world.hosts.values()) {
      if (host.service !== 'strategy-host' || !(await host.disk.exists(RUNS_FOLDER))) continue;
      // What a faulty disk refuses now it would have refused a person too.
      host.disk.fail(0);
      const parts = await host.disk.list(RUNS_FOLDER);
      const runs = new Map<string, string[]>();
      for (const part of parts) {
        const [strategy = '', run = ''] = part.split('.');
        runs.set(`${strategy}.${run}`, [...(runs.get(`${strategy}.${run}`) ?? []), part]);
      }
      for (const [run, files] of runs) {
        const texts = await Promise.all(files.sort().map((file) => host.disk.readFile(`${RUNS_FOLDER}/${file}`)));
        this.replayed(run, texts.map((bytes) => new TextDecoder().decode(bytes)).join(''));
      }
    }
  }

  /** One run's whole log. */
  replayed(run: string, log: string): void {
    const lines = log.split('\n').filter((line) => line !== '');
    const [first] = lines;
    if (first === undefined) return;
    const { spec } = JSON.parse(first) as { readonly spec?: { readonly type: string } };
    const type = STRATEGY_TYPES.get(spec?.type ?? '');
    try {
      if (type === undefined) throw new ReplayError(`nobody knows the type of '${first}'`);
      const { differences, events } = replayLog(type, lines, (seed) => new SeededRandom(seed));
      this.saw('run replayed');
      const [difference] = differences;
      this.check(
        'I-32',
        difference === undefined,
        () =>
          `${run}, line ${String(difference?.line)} of ${String(events)}: logged ${difference?.logged ?? ''}, replayed ${difference?.replayed ?? ''}`,
      );
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      this.check('I-32', false, () => `${run} cannot be replayed: ${error.message}`);
    }
  }
}
