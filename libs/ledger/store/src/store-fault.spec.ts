import { storeFault } from './store-fault.js';

const thrown = (code: string, message = 'said the server'): Error => Object.assign(new Error(message), { code });

describe('what an error of the driver means to the ledger', () => {
  it.each([
    ['a connection that was refused', thrown('ECONNREFUSED')],
    ['a disk without room (F-14)', thrown('53100')],
    ['a file that may not grow (F-14)', thrown('XX000', 'could not extend file "base/5/16384": File too large')],
    ['a transaction that lost a race (F-19)', thrown('40001')],
  ])('%s: the store is not there for a while', (_story, error) => {
    expect(storeFault(error)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it.each([
    ['postings that do not sum to zero (I-33)', thrown('LG001')],
    ['a row that is there already', thrown('23505')],
  ])('%s: stays as it is, loud', (_story, error) => {
    expect(storeFault(error)).toBe(error);
  });
});
