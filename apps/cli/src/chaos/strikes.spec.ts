import { HttpClient, type HttpRequest, type HttpResponse } from '@argosy/platform-port';
import { ManualTime } from '@argosy/testing';
import { Announcer } from '../fleet/announcer.js';
import { fakeTerminal } from '../testing/fake-shell.js';
import { happened, stayedUp } from './chaos-run.js';
import { planOne } from './draw.js';
import { ExchangeControl } from './exchange-control.js';
import type { FleetProcesses } from './fleet-processes.js';
import { Patience } from './patience.js';
import { scenarioNamed } from './scenarios.js';
import type { Steering } from './steering.js';
import { Strikes } from './strikes.js';
import { Undo } from './undo.js';

/** A control port with rules that end when they are told to. */
class ControlPort extends HttpClient {
  readonly rules = new Map<string, unknown>();
  state = 'active';
  acted = 0;

  override async request({ method, url, body }: HttpRequest): Promise<HttpResponse> {
    const id = /\/faults\/rules\/(.+)$/.exec(url)?.[1];
    if (id === undefined) return answer({ bans: 0, truth: 41 });
    if (method === 'PUT') this.rules.set(id, JSON.parse(body ?? ''));
    if (!this.rules.has(id)) return { status: 404, headers: {}, body: '{}' };
    if (method === 'DELETE') this.rules.delete(id);
    return answer({ id, state: this.state, acted: this.acted });
  }
}

const answer = (value: object): HttpResponse => ({ status: 200, headers: {}, body: JSON.stringify(value) });

function world() {
  const time = new ManualTime();
  const port = new ControlPort();
  const patience = new Patience(time.clock, time.timers);
  const undo = new Undo();
  const told: string[] = [];
  const processes = {
    leader: async () => ({ name: 'execution-1', role: 'primary', epoch: 3, isReady: true, isWarm: false }),
    find: async (who: string) => ({ name: who, pid: 77 }),
    hasReplaced: async () => true,
    signal: (pid: number, name: string) => void told.push(`${name} ${String(pid)}`),
    freeze: async (pid: number) => {
      told.push(`SIGSTOP ${String(pid)}`);
      return () => void told.push(`SIGCONT ${String(pid)}`);
    },
    wipeStore: async (who: string) => void told.push(`wiped ${who}`),
    fileSizeLimit: async (who: string) => ({
      set: async () => void (told.at(-1) === `full ${who}` || told.push(`full ${who}`)),
      lift: async () => void told.push(`room ${who}`),
      ended: ['execution-1'],
    }),
  } as unknown as FleetProcesses;
  const strikes = new Strikes({
    patience,
    undo,
    processes,
    control: new ExchangeControl(port, 'http://127.0.0.1:1'),
    steering: {} as Steering,
    announcer: new Announcer(fakeTerminal(), time.clock),
  });
  return { time, port, patience, undo, told, strikes };
}

const planned = (name: string) => {
  const scenario = scenarioNamed(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return planOne(scenario, {}, 1).steps;
};

describe('doing what a plan says', () => {
  it('puts a rule, waits until it has acted, and takes it away', async () => {
    const { strikes, port, time, undo } = world();
    const done = strikes.all(planned('accept-then-time-out'), () => undefined);
    await time.advanceAsync(300);
    expect([...port.rules.values()]).toEqual([
      {
        fault: 'accept_then_timeout',
        target: { lane: 'acknowledgement', channel: 'order' },
        count: 3,
        forMs: 8_000,
      },
    ]);
    Object.assign(port, { state: 'spent', acted: 3 });
    await time.advanceAsync(200);
    expect(await done).toMatchObject([{ acted: 3 }]);
    expect([port.rules.size, undo.names]).toEqual([0, []]);
  });

  it('thaws what it froze, at its time', async () => {
    const { strikes, time, told } = world();
    const done = strikes.all(planned('freeze-leader'), () => undefined);
    await time.advanceAsync(1_900);
    expect(told).toEqual(['SIGSTOP 77']);
    await time.advanceAsync(200);
    expect(told).toEqual(['SIGSTOP 77', 'SIGCONT 77']);
    expect(await done).toMatchObject([{ led: { service: 'execution', epoch: 3, seq: 41 } }]);
  });

  it('F-24 takes the stored away while nobody can write it again, and only then ends it', async () => {
    const { strikes, time, told, undo } = world();
    const done = strikes.all(planned('nats-wiped'), () => undefined);
    await time.advanceAsync(500);
    expect(await done).toMatchObject([{ acted: 1 }]);
    expect(told).toEqual(['SIGSTOP 77', 'wiped nats', 'SIGKILL 77', 'SIGCONT 77']);
    expect(undo.names).toEqual([]);
  });

  it('F-14 keeps the disk full of whoever is there, and makes room again at its time', async () => {
    const { strikes, time, told, undo } = world();
    const done = strikes.all(planned('postgres-disk-full'), () => undefined);
    await time.advanceAsync(4_900);
    expect([told, undo.names]).toEqual([['full postgres'], ['chaos-0-postgres-disk-full']]);
    await time.advanceAsync(200);
    expect(await done).toMatchObject([{ acted: 1 }]);
    expect([told, undo.names]).toEqual([['full postgres', 'room postgres'], []]);
  });

  it('F-14 is not content with a service that ended for a full disk; a server may', async () => {
    for (const [name, outcomes] of [
      ['disk-full', ['violated']],
      ['postgres-disk-full', []],
    ] as const) {
      const { strikes, time } = world();
      const done = strikes.all(planned(name), () => undefined);
      await time.advanceAsync(5_100);
      expect(stayedUp(await done).map(({ outcome }) => outcome)).toEqual(outcomes);
    }
  });

  it.each(['stream-cut', 'freeze-leader'])('leaves nothing of %s behind when it is stopped', async (name) => {
    const { strikes, port, time, undo, told, patience } = world();
    const done = strikes.all(planned(name), () => undefined).catch((error: unknown) => error);
    await time.advanceAsync(500);
    expect(undo.names).not.toEqual([]);
    patience.stop('SIGINT');
    expect(await done).toMatchObject({ code: 'STOPPED', exitCode: 130 });
    await undo.all(() => undefined);
    expect([port.rules.size, undo.names]).toEqual([0, []]);
    expect(told.filter((line) => line.startsWith('SIGSTOP')).length).toBe(
      told.filter((line) => line.startsWith('SIGCONT')).length,
    );
  });

  it('says that a run in which nothing was met proves nothing', async () => {
    const { strikes, port, time } = world();
    const done = strikes.all(planned('accept-then-time-out'), () => undefined);
    port.state = 'over';
    await time.advanceAsync(500);
    expect(happened(await done)).toMatchObject({ outcome: 'violated', detail: 'nothing met accept_then_timeout' });
  });

  it('takes away everything, also after one that cannot be', async () => {
    const undo = new Undo();
    const gone: string[] = [];
    undo.add('first', async () => void gone.push('first'));
    undo.add('stuck', () => Promise.reject(new Error('no answer')));
    const failed: string[] = [];
    await undo.all((name) => failed.push(name));
    expect([gone, failed]).toEqual([['first'], ['stuck']]);
  });
});
