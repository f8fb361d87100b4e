import { refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** No order on a book that is missing, broken or old (I-30). */
export const staleData: RiskCheck = (request, { book, limits }) => {
  if ('missing' in book) return refusal('stale_market_data', { instrument: request.instrumentId, why: book.missing });
  if (book.ageMs <= limits.bookAgeMsMax) return undefined;
  return refusal('stale_market_data', {
    instrument: request.instrumentId,
    age_ms: String(Math.round(book.ageMs)),
    limit_ms: String(limits.bookAgeMsMax),
  });
};
