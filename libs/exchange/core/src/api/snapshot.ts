/** The whole state of an exchange as plain JSON: text for big integers, arrays of rows for the many. Opaque to callers. */
export interface ExchangeSnapshot {
  readonly version: 1;
  readonly nowMs: number;
  readonly state: unknown;
}
