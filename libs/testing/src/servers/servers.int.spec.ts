import { Client } from 'pg';
import { connect } from 'node:net';
import { startNats } from './nats.js';
import { startPostgres } from './postgres.js';

const greeting = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });

describe('servers for specs', () => {
  it('starts NATS with JetStream, kills and restarts it on the same port', async () => {
    const nats = await startNats();
    expect(await greeting(nats.port)).toContain('"jetstream":true');
    await nats.kill();
    await expect(greeting(nats.port)).rejects.toThrow('ECONNREFUSED');
    await nats.restart();
    expect(await greeting(nats.port)).toContain('INFO');
    await nats.stop();
  });

  it('starts Postgres, whose committed rows survive a crash', async () => {
    const postgres = await startPostgres({ fsync: 'on' });
    const query = async (sql: string): Promise<unknown[]> => {
      const client = new Client({ connectionString: postgres.url });
      await client.connect();
      const { rows } = await client.query(sql);
      await client.end();
      return rows as unknown[];
    };
    await query('create table t (n numeric(38,12)); insert into t values (1.5)');
    await postgres.restart();
    expect(await query('select n from t')).toEqual([{ n: '1.500000000000' }]);
    await postgres.stop();
  });

  it('says why a server did not start', async () => {
    await expect(startNats({ config: () => 'nonsense {' })).rejects.toThrow(/nats.conf ended:\n.*Parse error/s);
  });
});
