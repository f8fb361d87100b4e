import type { RejectCode } from './reject.js';

/** What became of one order of a batch. */
export type OrderOutcome =
  | { readonly kind: 'resting'; readonly oid: number; readonly cloid?: string }
  | {
      readonly kind: 'filled';
      readonly oid: number;
      readonly cloid?: string;
      readonly totalSz: string;
      readonly avgPx: string;
    }
  | { readonly kind: 'error'; readonly code: RejectCode; readonly message: string };

export type CancelOutcome =
  { readonly kind: 'success' } | { readonly kind: 'error'; readonly code: RejectCode; readonly message: string };

export type ActionResponse =
  | { readonly type: 'order'; readonly outcomes: readonly OrderOutcome[] }
  | { readonly type: 'cancel'; readonly outcomes: readonly CancelOutcome[] }
  | { readonly type: 'default' };

/**
 * `ok: false` is one refusal of the whole request (pre-validation, nonce, expiry): nothing changed but, for a request
 * refused after its nonce was taken, the nonce.
 */
export type CommandResult =
  | { readonly ok: true; readonly response: ActionResponse }
  | { readonly ok: false; readonly code: RejectCode; readonly message: string };
