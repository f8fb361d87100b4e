import {
  balancesPageCodec,
  balancesRequestCodec,
  integrityReportCodec,
  integrityRequestCodec,
  pnlPageCodec,
  pnlRequestCodec,
  positionsPageCodec,
  positionsRequestCodec,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  subjects,
  tradesPageCodec,
  tradesRequestCodec,
} from '@argosy/contracts';
import { requestRoute, type Route } from '@argosy/platform-port';
import type { LedgerService } from './ledger.service.js';

/** Every question the ledger answers, one row each; facts reach it through its durable consumer. */
export const ledgerRoutes = (service: LedgerService): readonly Route[] => [
  requestRoute({
    pattern: subjects.ledgerPositions,
    ask: positionsRequestCodec,
    answer: positionsPageCodec,
    handle: (question) => service.positions(question),
  }),
  requestRoute({
    pattern: subjects.ledgerPnl,
    ask: pnlRequestCodec,
    answer: pnlPageCodec,
    handle: (question) => service.pnl(question),
  }),
  requestRoute({
    pattern: subjects.ledgerTrades,
    ask: tradesRequestCodec,
    answer: tradesPageCodec,
    handle: (question) => service.trades(question),
  }),
  requestRoute({
    pattern: subjects.ledgerIntegrity,
    ask: integrityRequestCodec,
    answer: integrityReportCodec,
    handle: () => service.integrity(),
  }),
  requestRoute({
    pattern: subjects.ledgerBalances,
    ask: balancesRequestCodec,
    answer: balancesPageCodec,
    handle: () => service.balances(),
  }),
  requestRoute({
    pattern: subjects.serviceStatus('ledger'),
    ask: serviceStatusRequestCodec,
    answer: serviceStatusCodec,
    handle: () => service.status(),
  }),
];
