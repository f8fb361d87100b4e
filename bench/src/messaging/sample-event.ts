import { type AccountEvent, accountEventCodec } from '@argosy/contracts';
import { accountId, clientOrderId, fillId, format, parsePrice, timeNs } from '@argosy/domain';
import { aFill } from '@argosy/testing';

const FIRST_NS = 1_767_225_600_123_456_000n;
/** So many before they begin anew: nobody may live on having seen this very fill before. */
const SAMPLES = 4_096;
const FIRST_SEQUENCE = 123_456;

/** A fill as execution tells it, about 200 bytes on the wire: the event that must never be lost or slow. */
function sampleEvent(index: number): AccountEvent {
  const sequence = FIRST_SEQUENCE + index;
  const at = timeNs(FIRST_NS + BigInt(index) * 7_000_000n);
  const fill = aFill({
    fillId: fillId(`main-BTC-${String(at / 1_000_000n)}-${String(5_000 + index)}-B`),
    clientOrderId: clientOrderId(`0001000100000001${sequence.toString(16).padStart(16, '0')}`),
    price: parsePrice(`${String(60_000 + (index % 997))}.${String(index % 10)}`),
    venueTimeNs: at,
  });
  return {
    eventId: `main-${String(sequence)}`,
    accountId: accountId('main'),
    venue: 'hyperliquid',
    sequence: BigInt(sequence),
    epoch: 7,
    occurredAt: at,
    traceparent: '',
    fact: { kind: 'order_filled', fill },
  };
}

export const SAMPLE_EVENTS: readonly AccountEvent[] = Array.from({ length: SAMPLES }, (_, index) => sampleEvent(index));

/** The very bytes, for the floor that neither encodes nor decodes. */
export const SAMPLE_BYTES: readonly Uint8Array[] = SAMPLE_EVENTS.map((event) =>
  Uint8Array.from(accountEventCodec.encode(event)),
);

/** The same facts as Nest's own transport would carry them: JSON, money as text. */
export const SAMPLE_JSON: readonly object[] = SAMPLE_EVENTS.map(({ eventId, fact }) => {
  const fill = fact.kind === 'order_filled' ? fact.fill : aFill();
  return {
    eventId,
    fillId: fill.fillId,
    clientOrderId: fill.clientOrderId,
    instrument: 'BTC-PERP',
    side: fill.side,
    price: format(fill.price),
    quantity: format(fill.quantity),
    fee: format(fill.fee),
  };
});

/** The next sample of a list, for ever. */
export function inTurn<T>(samples: readonly T[]): () => T {
  let next = 0;
  return () => {
    const sample = samples[next] as T;
    next = (next + 1) % samples.length;
    return sample;
  };
}
