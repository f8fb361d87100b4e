import { Fault } from '@argosy/domain';
import { type SqlTrouble, storeFault, troubleOf } from './sql-error.js';

const errors: ReadonlyArray<[string, { code?: string; message?: string }, SqlTrouble]> = [
  ['a serialization failure', { code: '40001' }, 'lost_race'],
  ['a deadlock', { code: '40P01' }, 'lost_race'],
  ['a lock that could not be had', { code: '55P03' }, 'lost_race'],
  ['a server that shuts down', { code: '57P01' }, 'unavailable'],
  ['a statement that took too long', { code: '57014' }, 'unavailable'],
  ['too many connections', { code: '53300' }, 'unavailable'],
  ['F-14 a disk that is full', { code: '53100' }, 'unavailable'],
  ['F-14 a file that may not grow: could not extend file, File too large', { code: 'XX000' }, 'unavailable'],
  ['a lost connection', { code: '08006' }, 'unavailable'],
  ['a socket that is refused', { code: 'ECONNREFUSED' }, 'unavailable'],
  ['a connection that ended', { message: 'Connection terminated unexpectedly' }, 'unavailable'],
  ['a pool without a free connection', { message: 'timeout exceeded when trying to connect' }, 'unavailable'],
  ['a driver that waited too long', { message: 'Query read timeout' }, 'unavailable'],
  ['a unique key', { code: '23505' }, 'refused'],
  ['a wrong statement', { code: '42601' }, 'refused'],
  ['a wrong password', { code: '28P01' }, 'refused'],
  ['an error of our own', { message: 'undefined is not a function' }, 'refused'],
];

describe('troubleOf', () => {
  it.each(errors)('%s', (_what, error, expected) => {
    expect(troubleOf(Object.assign(new Error(error.message ?? 'x'), error))).toBe(expected);
  });

  it("makes a fault of the server's trouble only, with its cause", () => {
    const lost = Object.assign(new Error('gone'), { code: '08006' });
    expect(storeFault(lost, 'risk store')).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'risk store: gone',
      cause: lost,
    });
    const refused = Object.assign(new Error('duplicate'), { code: '23505' });
    expect(storeFault(refused, 'risk store')).toBe(refused);
    const fault = new Fault('QUEUE_FULL', 'full');
    expect(storeFault(fault, 'risk store')).toBe(fault);
    expect(troubleOf(undefined)).toBe('refused');
  });
});
