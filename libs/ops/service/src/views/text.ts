import { isoTime, timeNs } from '@argosy/domain';

/** Empty text on the wire is absence for people. */
export const orNull = (text: string): string | null => (text === '' ? null : text);
/** 0 on the wire is absence. */
export const timeOrNull = (ns: bigint): string | null => (ns === 0n ? null : isoTime(timeNs(ns)));
/** `hyperliquid_BTC-PERP` → `BTC-PERP`. */
export const symbolOf = (instrumentId: string): string => instrumentId.slice(instrumentId.indexOf('_') + 1);
/** Wire integers that count: far below what a JSON number holds. */
export const count = (value: bigint): number => Number(value);
