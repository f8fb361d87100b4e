import { ManualTime } from '@argosy/testing';
import type { Announcer } from './announcer.js';
import type { ProcessSpec } from './managed-process.js';
import { Supervisor } from './supervisor.js';

describe('the supervisor of a local fleet', () => {
  it('starts nothing once the end has begun: nobody would end it (one server failed while another was on its way up)', async () => {
    const time = new ManualTime();
    const supervisor = new Supervisor({
      clock: time.clock,
      timers: time.timers,
      http: {} as never,
      announcer: {} as Announcer,
      logFolder: '/nowhere',
      onChange: () => undefined,
    });
    await supervisor.stop([]);
    const late = { name: 'nats', command: '/nowhere/nats-server', args: [] } as unknown as ProcessSpec;
    expect(() => supervisor.start(late)).toThrow('stopped before nats was started');
    expect(supervisor.processes).toEqual([]);
  });
});
