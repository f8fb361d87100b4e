import { type AccountEvent, accountEventCodec } from '@argosy/contracts';
import { accountId, type TimeNs, timeNs } from '@argosy/domain';
import { aFill } from '@argosy/testing';

const NOW: TimeNs = timeNs(1_767_225_600_123_456_000n);

/** A fill as execution tells it, about 200 bytes on the wire: the event that must never be lost or slow. */
export const SAMPLE_EVENT: AccountEvent = {
  eventId: 'main-123456',
  accountId: accountId('main'),
  venue: 'hyperliquid',
  sequence: 123_456n,
  epoch: 7,
  occurredAt: NOW,
  traceparent: '',
  fact: { kind: 'order_filled', fill: aFill({ venueTimeNs: NOW }) },
};

/** The very bytes, for the floor that neither encodes nor decodes. */
export const SAMPLE_BYTES: Uint8Array = Uint8Array.from(accountEventCodec.encode(SAMPLE_EVENT));

/** The same facts as Nest's own transport would carry them: JSON, money as text. */
export const SAMPLE_JSON = {
  eventId: 'main-123456',
  fillId: 'main-BTC-1767225600000-5001-B',
  clientOrderId: '00010001000000010000000000000001',
  instrument: 'BTC-PERP',
  side: 'buy',
  price: '60000',
  quantity: '0.1',
  fee: '0.9',
};
