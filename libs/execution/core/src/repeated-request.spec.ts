import { clientOrderId } from '@argosy/domain';
import { isRepeat, RequestsPlacedBefore } from './repeated-request.js';

describe('a repeated request', () => {
  it('names both orders, never reached the journal and is not to be tried again', () => {
    const [repeat, first] = [clientOrderId('2'.padStart(32, '0')), clientOrderId('1'.padStart(32, '0'))];
    const fault = new RequestsPlacedBefore(new Map([[repeat, first]]));
    expect(fault.message).toBe(`requests were placed before: ${repeat} repeats ${first}`);
    expect([fault.code, fault.policy]).toEqual(['REQUEST_REPEATED', { reached: 'no', retry: 'never' }]);
  });

  it('is told from an order that was refused for another reason, or not at all', () => {
    expect(isRepeat({ state: 'rejected', reason: 'duplicate_order' })).toBe(true);
    expect(isRepeat({ state: 'rejected', reason: 'approval_expired' })).toBe(false);
    expect(isRepeat({ state: 'sent', reason: 'duplicate_order' })).toBe(false);
  });
});
