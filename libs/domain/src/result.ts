/** A value or a refusal; refusals are answers, not exceptions. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const refused = <E>(refusal: E): { readonly ok: false; readonly refusal: E } => ({ ok: false, refusal });
