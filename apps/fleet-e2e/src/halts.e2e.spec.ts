import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argosy, type Ended, eventually, LocalFleet } from './testing/local-fleet.js';

interface KillSwitch {
  readonly active: boolean;
  readonly by: string | null;
  readonly kill_file: { readonly state: string };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A process that nobody has buried yet does nothing any more.
    return !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('halts and failover of a fleet with standbys', () => {
  let fleet: LocalFleet;
  let url = '';
  const told = (...args: readonly string[]): Promise<Ended> => argosy(...args, '--url', url);
  const killSwitch = async (): Promise<KillSwitch> =>
    (await (await fetch(`${url}/api/v1/killswitch`)).json()) as KillSwitch;
  const killed = (what: string, withinMs = 5_000): Promise<KillSwitch> =>
    eventually(
      what,
      async () => {
        const state = await killSwitch();
        return state.active ? state : undefined;
      },
      { withinMs },
    );

  beforeAll(async () => {
    fleet = await LocalFleet.up({ name: 'e2e-halts', options: ['--seed', '17', '--standby'] });
    await fleet.says('first fill');
    await fleet.says('execution-2');
    await fleet.says('ops-gateway-2');
    url = fleet.urlOf('ops-gateway');
    await eventually('both of every pair in status', async () => {
      const { services } = (await (await fetch(`${url}/api/v1/status`)).json()) as {
        services: Record<string, { standby: { pid: number } | null }>;
      };
      return Object.values(services).every(({ standby }) => standby !== null) ? true : undefined;
    });
  }, 180_000);

  afterAll(async () => {
    await fleet.down();
  }, 60_000);

  it('HA-2 hands execution and the gateway over, and people ask where they asked before', async () => {
    for (const service of ['execution', 'ops-gateway']) {
      const { code, out } = await argosy('failover', service, '--fleet', fleet.name, '-o', 'json');
      expect({ code, told: JSON.parse(out) as unknown }).toMatchObject({
        code: 0,
        told: { service, changed: true, from: { name: `${service}-1` }, to: { name: `${service}-2` } },
      });
    }
    const { services } = (await (await fetch(`${url}/api/v1/status`)).json()) as {
      services: Record<string, { role: string; epoch: number }>;
    };
    expect(services).toMatchObject({ execution: { role: 'primary' }, 'ops-gateway': { role: 'primary' } });
  }, 60_000);

  it('I-12 I-16 RK-3 proves a kill order by order, and keeps it through a failover', async () => {
    const { code, out } = await told('kill', 'e2e drill', '--follow', '20s', '-o', 'json');
    expect({ code, answer: JSON.parse(out) as unknown }).toMatchObject({
      code: 0,
      answer: { receipt: { complete: true, parties: [{ service: 'execution', state: 'confirmed' }] } },
    });
    expect((await argosy('promote', 'execution-1', '--fleet', fleet.name)).code).toBe(0);
    expect((await killSwitch()).active).toBe(true);
    expect(await told('enable')).toMatchObject({
      code: 3,
      err: expect.stringContaining('kill_switch_active') as unknown,
    });
    expect((await told('resume', 'e2e drill is over')).code).toBe(0);
  }, 90_000);

  it('RK-3 kills by file; removing it resumes nothing', async () => {
    const file = join(fleet.folder, 'KILL_SWITCH');
    writeFileSync(file, '{}');
    expect((await killed('the kill by file')).by).toBe('kill-file');
    expect(await told('resume', 'while it is there')).toMatchObject({
      code: 3,
      err: expect.stringContaining('kill_file_present') as unknown,
    });
    rmSync(file);
    await eventually('the file to be gone', async () =>
      (await killSwitch()).kill_file.state === 'absent' ? true : undefined,
    );
    expect((await killSwitch()).active).toBe(true);
    expect((await told('resume', 'file gone')).code).toBe(0);
  }, 60_000);

  it('FL-5 kills by SIGUSR2 to the ledger and to the supervisor, and all of them live on', async () => {
    for (const name of ['ledger-1', 'supervisor']) {
      process.kill(fleet.pidOf(name), 'SIGUSR2');
      await killed(`the kill by ${name}`);
      expect(isAlive(fleet.pidOf(name))).toBe(true);
      expect((await told('resume', 'drill over')).code).toBe(0);
    }
  }, 60_000);

  it('leaves nothing behind when the supervisor is killed outright', async () => {
    const pids = fleet.processNames.map((name) => fleet.pidOf(name));
    process.kill(fleet.pidOf('supervisor'), 'SIGKILL');
    await eventually(
      'every process to end',
      () => (pids.some(isAlive) || existsSync(join(fleet.folder, 'fleet.json')) ? undefined : true),
      { withinMs: 60_000 },
    );
  }, 90_000);
});
