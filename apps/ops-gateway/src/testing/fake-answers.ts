import type { KillReceipt, ServiceName } from '@argosy/contracts';
import type { Codec, Refusal, Result } from '@argosy/domain';

/** Puts one answer of a service on the bus. */
export type Answers = <Q, R>(
  service: ServiceName,
  pattern: string,
  ask: Codec<Q>,
  codec: Codec<R>,
  handle: (message: Q) => Result<R, Refusal>,
) => void;

/** What a service says of a kill or of its end. */
export const receiptOf = (
  service: string,
  killId: string,
  atNs: bigint,
  cancelRequested: string[] = [],
): KillReceipt => ({
  killId,
  service,
  gateShutNs: atNs,
  cancelRequested,
  inDoubt: [],
  durable: true,
});
