/**
 * The ledger's rules, pure: the chart of accounts, balanced entries from facts, average cost, the hash chain, the profit
 * and loss split. It refuses entries that do not balance, facts booked before with other content, and any float.
 */
export { averagePrice, applyTrade, FLAT, type Position, type TradeEffect, unrealised } from './position.js';
export {
  type BookingState,
  type ChainHead,
  positionKey,
  positionOf,
  positionsFromBalances,
  type StrategyPosition,
} from './booking-state.js';
export {
  type ChainBreak,
  describeChainBreak,
  GENESIS,
  GENESIS_HASH,
  hashEntry,
  sameBytes,
  sealEntry,
  truncation,
  verifyChain,
} from './chain.js';
export {
  EXTERNAL,
  HOUSE,
  isLedgerAccountType,
  type LedgerAccount,
  ledgerAccountKey,
  LEDGER_ACCOUNT_TYPES,
  LEDGER_NATURES,
  type LedgerAccountType,
  type LedgerNature,
} from './chart.js';
export { correctionEntry } from './entries/correction-entry.js';
export { type FillBooking, fillEntry } from './entries/fill-entry.js';
export { fundingEntry } from './entries/funding-entry.js';
export { type SuspenseBooking, suspenseEntry } from './entries/suspense-entry.js';
export { type OpeningBooking, openingEntry, transferEntry } from './entries/cash-entries.js';
export { Digest } from './digest.port.js';
export {
  AMOUNT_RAW_MAX,
  type Entry,
  type EntryDraft,
  ENTRY_KINDS,
  type EntryKind,
  makeEntry,
  type Posting,
  POSTINGS_PER_ENTRY_MAX,
  sameFact,
} from './entry.js';
export { encodeEntry, ENTRY_ENCODING_VERSION, type UnsealedEntry } from './entry-encoding.js';
export {
  type CorrectionFact,
  type ExplainedFact,
  externalIdOf,
  type FillFact,
  type FundingFact,
  type LedgerFact,
  type OpeningFact,
  type SuspenseFact,
  type TransferFact,
} from './fact.js';
export { checkBehind, checkBookingRequest } from './check-booking-request.js';
export { problemsOfBalances } from './integrity-problems.js';
export { MemoryLedgerBooks, MemoryLedgerStore } from './memory-ledger-store.js';
export { type InstrumentTerms, instrumentTerms } from './instrument-terms.js';
export {
  describeLedgerRefusal,
  LEDGER_REFUSALS,
  type LedgerRefusal,
  ledgerRefusal,
  type LedgerRefusalCode,
} from './ledger-refusal.js';
export {
  type AccountTotal,
  BOOKING_FACTS_MAX,
  type BookingReceipt,
  type BookingRequest,
  type DayTotal,
  type HeldPosition,
  INTEGRITY_FAILED,
  INTEGRITY_PASSED,
  type IntegrityCheck,
  type IntegrityResult,
  type LedgerAccountBooks,
  type LedgerBreak,
  LedgerStore,
  type TradeFilter,
} from './ledger-store.port.js';
export {
  dayOf,
  dayText,
  parseDay,
  PNL_GROUPS,
  type PnlGroup,
  type PnlInput,
  type PnlLine,
  pnlLines,
  type PnlSplit,
  rawBalances,
  walletBalances,
  ZERO_SPLIT,
} from './pnl.js';
export {
  type Booked,
  NOTHING_BOOKED,
  prepareBooking,
  type PreparedBooking,
  type RefusedFact,
} from './prepare-booking.js';
