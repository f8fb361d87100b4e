/** A venue that asks for longer has banned us: 3 days is the longest ban any of them states. */
const RETRY_AFTER_MS_MAX = 3 * 86_400_000;
const SECONDS = /^\d{1,9}$/;

/**
 * The `Retry-After` of an answer in ms, as far as it counts seconds (RFC 9110, 10.2.3); a date or nonsense is undefined, and
 * the caller's own patience stands.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  return SECONDS.test(text) ? Math.min(Number(text) * 1_000, RETRY_AFTER_MS_MAX) : undefined;
}
