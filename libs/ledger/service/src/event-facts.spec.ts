import { type AccountEvent, accountEventCodec } from '@argosy/contracts';
import { accountId, type Amount, instrumentId } from '@argosy/domain';
import { A_MOMENT } from '@argosy/testing';
import { accountKindOf, factOf } from './event-facts.js';

const event: AccountEvent = {
  eventId: 'main-9',
  accountId: accountId('main'),
  venue: 'hyperliquid',
  sequence: 9n,
  epoch: 4,
  occurredAt: A_MOMENT,
  traceparent: '',
  fact: {
    kind: 'position_unexplained',
    unexplained: {
      accountKind: 'live',
      breakId: 'hyperliquid_BTC-PERP:0>0.5@0',
      instrumentId: instrumentId('hyperliquid_BTC-PERP'),
      quantity: 500_000_000_000n as Amount,
      stated: 1_500_000_000_000n as Amount,
      reason: 'position differs from the venue',
      foundAt: A_MOMENT,
    },
  },
};

describe('a position that nobody can explain (I-29, 5.14)', () => {
  it('crosses the wire and becomes an entry of suspense, under the name of the break and never a trade', () => {
    const heard = accountEventCodec.decode(accountEventCodec.encode(event));
    expect(heard).toEqual(event);
    expect(accountKindOf(heard)).toBe('live');
    expect(factOf(heard, false)).toMatchObject({
      kind: 'suspense',
      breakId: 'hyperliquid_BTC-PERP:0>0.5@0#9',
      quantity: 500_000_000_000n,
      stated: 1_500_000_000_000n,
      epoch: 4,
      actor: 'execution',
    });
  });
});
