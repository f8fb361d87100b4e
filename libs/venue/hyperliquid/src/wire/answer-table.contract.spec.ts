import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REJECTS } from '@argosy/exchange-core';
import { recordings } from '@argosy/testing';
import { HYPERLIQUID_ANSWERS, proofOf } from './answer-table.js';

/** Seen on the live venue, with what they must prove. */
const SEEN_LIVE: readonly (readonly [string, string])[] = [
  ['Invalid nonce: duplicate nonce 1748863660821', 'in_doubt'],
  ['Invalid nonce: nonce too low 1791140676851 < 1791227196699', 'in_doubt clock_off'],
  ['Invalid nonce: nonce too high 1791572677029 > 1791486156858', 'in_doubt clock_off'],
  ['Invalid nonce: something new', 'in_doubt clock_off'],
  ['Action already expired', 'refused expired'],
  ['L1 error: User or API Wallet 0x0123456789012345678901234567890123456789 does not exist.', 'refused key_refused'],
  ['Must deposit before performing actions. User: 0x008d90fc2bebe284380f32bd9632f6922b701bc5', 'refused key_refused'],
  ['Vault not registered: 0x1111111111111111111111111111111111111111', 'refused key_refused'],
  ['Mainnet and testnet require different signature.', 'refused key_refused'],
  ['Too many cumulative requests sent (9 > 8) for cumulative volume traded $1.', 'limited address_limited'],
  ['429 Too Many Requests', 'limited rate_limited'],
  ['Cannot have more than 100 inflight posts: too many inflight', 'limited rate_limited'],
  ['500 Internal Server Error', 'in_doubt'],
  ['502 Bad Gateway', 'in_doubt'],
  ['504 Gateway Time-out', 'in_doubt'],
  ['422 Failed to deserialize the JSON body into the target type', 'refused'],
  ['Order was never placed, already canceled, or filled. asset=4', 'gone_or_filled'],
  ['Insufficient margin to place order. asset=0', 'refused'],
  ['Cannot set scheduled cancel time until enough volume traded. Required: $1000000. Traded: $40988.83.', 'refused'],
  ['Unexpected error (code=148)', 'in_doubt unlisted'],
  ['', 'in_doubt unlisted'],
];

/** What only the world of the simulator can be told, never a trader over the wire. */
const NOT_OF_THE_WIRE: ReadonlySet<string> = new Set(['nothingToClose', 'invalidShare', 'notWithdrawable']);

const proves = (text: string, of: 'request' | 'leg' = 'request'): string => {
  const { proof, trouble } = proofOf(text, of);
  return trouble === undefined ? proof : `${proof} ${trouble}`;
};

describe('what the answers of the venue prove', () => {
  it.each(SEEN_LIVE)('5.1 %s: %s', (text, expected) => {
    expect(proves(text)).toBe(expected);
  });

  it('the simulated exchange says nothing that is not in the table', () => {
    const ofTheWire = Object.entries(REJECTS).filter(([code]) => !NOT_OF_THE_WIRE.has(code));
    expect(ofTheWire.filter(([, text]) => proves(text).includes('unlisted'))).toEqual([]);
  });

  it('an order that is plainly refused is never left in doubt, and a doubt never made a refusal', () => {
    const doubts = Object.entries(REJECTS).filter(([, text]) => proofOf(text, 'leg').proof === 'in_doubt');
    expect(doubts.map(([code]) => code).sort()).toEqual(['nonceOutOfWindow', 'nonceTooLow', 'nonceUsed']);
  });

  it('an unlisted text refuses one order of a batch, which has an answer of its own, and proves nothing of a request', () => {
    expect([proves('Order is cursed', 'leg'), proves('The venue is cursed')]).toEqual([
      'refused unlisted',
      'in_doubt unlisted',
    ]);
  });

  it('every row is reached by some text that is known', () => {
    const texts = [...Object.values(REJECTS), ...SEEN_LIVE.map(([text]) => text)];
    const reached = new Set(texts.map((text) => HYPERLIQUID_ANSWERS.find(({ pattern }) => pattern.test(text))?.name));
    expect(HYPERLIQUID_ANSWERS.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
    expect(new Set(HYPERLIQUID_ANSWERS.map(({ name }) => name)).size).toBe(HYPERLIQUID_ANSWERS.length);
  });

  const folder = recordings();
  if (folder === undefined) {
    it('not run: no recordings (reject catalogue)', () => {
      expect(folder).toBeUndefined();
    });
    return;
  }

  it('every published reject text refuses, or says that nothing was there to cancel', () => {
    const { errors } = JSON.parse(readFileSync(join(folder, 'hyperliquid/reject_catalogue.json'), 'utf8')) as {
      errors: [string, string, string | null][];
    };
    for (const [, text, word] of errors)
      expect([text, proves(text)]).toEqual([text, word === null ? 'gone_or_filled' : 'refused']);
  });
});
