import { Logger, type LogLevel, ProcessFacts } from '@argosy/platform-port';
import { ManualTime } from '@argosy/testing';
import { DemotionWatch } from './demotion-watch.js';
import { MemoryElectionRecord } from './election-record.port.js';
import { DEMOTION_LIMITS } from './self-demotion.js';

class Told extends Logger {
  readonly events: string[] = [];
  override log(_level: LogLevel, event: string): void {
    this.events.push(event);
  }
  override child(): Logger {
    return this;
  }
}

class BusyProcess extends ProcessFacts {
  readonly version = '0';
  readonly pid = 1;
  bytes = 1;
  override memoryBytes = () => this.bytes;
  override conditions = () => [];
}

function aWatch() {
  const time = new ManualTime();
  const record = new MemoryElectionRecord(() => time.clock.monotonicMs());
  const [facts, logger] = [new BusyProcess(), new Told()];
  const stepped: string[] = [];
  const watch = new DemotionWatch(
    { name: 'risk', place: 'here', limits: { ...DEMOTION_LIMITS, memoryBytes: 1_000 } },
    {
      clock: time.clock,
      timers: time.timers,
      facts,
      record,
      logger,
      unhealthy: () => undefined,
      stepDown: (reason) => stepped.push(reason),
    },
  );
  watch.start();
  return { time, record, facts, logger, stepped };
}

describe('a leader whose memory runs out (HA-1)', () => {
  it('steps down once somebody stands by, and writes it down', async () => {
    const { time, record, facts, stepped, logger } = aWatch();
    facts.bytes = 990;
    await time.advanceAsync(5_000);
    expect(stepped).toEqual([]);
    expect(logger.events).toEqual(['step_down_withheld']);
    await record.stoodBy('risk');
    await time.advanceAsync(1_000);
    expect(stepped).toEqual(['memory is at 990 of 1000 bytes']);
    expect(await record.stepDowns('risk', 60_000)).toMatchObject([{ place: 'here' }]);
  });

  it('stays after three times in an hour, whoever stepped down, and says so once', async () => {
    const { time, record, facts, stepped, logger } = aWatch();
    for (const place of ['here', 'there', 'here']) await record.steppedDown('risk', place);
    facts.bytes = 990;
    for (let second = 0; second < 10; second += 1) {
      await record.stoodBy('risk');
      await time.advanceAsync(1_000);
    }
    expect(stepped).toEqual([]);
    expect(logger.events).toEqual(['step_down_withheld']);
  });
});
