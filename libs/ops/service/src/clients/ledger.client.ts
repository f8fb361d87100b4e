import {
  type IntegrityReport,
  integrityReportCodec,
  integrityRequestCodec,
  type PnlPage,
  pnlPageCodec,
  type PnlRequest,
  pnlRequestCodec,
  type PositionsPage,
  positionsPageCodec,
  positionsRequestCodec,
  subjects,
  type TradesPage,
  tradesPageCodec,
  type TradesRequest,
  tradesRequestCodec,
} from '@argosy/contracts';
import type { Answer } from '../no.js';
import { SLOW_MS_MAX, type FleetAsker } from './fleet-asker.js';

/** The books. */
export class LedgerClient {
  constructor(private readonly asker: FleetAsker) {}

  positions = (accountId: string): Promise<Answer<PositionsPage>> =>
    this.asker.query({
      to: 'ledger',
      subject: subjects.ledgerPositions,
      ask: positionsRequestCodec,
      answer: positionsPageCodec,
      message: { accountId },
    });
  pnl = (message: PnlRequest): Promise<Answer<PnlPage>> =>
    this.asker.query({
      to: 'ledger',
      subject: subjects.ledgerPnl,
      ask: pnlRequestCodec,
      answer: pnlPageCodec,
      message,
    });
  trades = (message: TradesRequest): Promise<Answer<TradesPage>> =>
    this.asker.query({
      to: 'ledger',
      subject: subjects.ledgerTrades,
      ask: tradesRequestCodec,
      answer: tradesPageCodec,
      message,
    });
  integrity = (): Promise<Answer<IntegrityReport>> =>
    this.asker.query({
      to: 'ledger',
      subject: subjects.ledgerIntegrity,
      ask: integrityRequestCodec,
      answer: integrityReportCodec,
      message: {},
      timeoutMs: SLOW_MS_MAX,
    });
}
