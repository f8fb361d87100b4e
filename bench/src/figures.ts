import { ledgerMillionFigure } from './ledger/ledger-million.figure.js';
import { ledgerFigure } from './ledger/ledger.figure.js';
import { gatewayFigure } from './gateway/gateway.figure.js';
import type { Figure } from './harness/figure.js';
import { matchingFigure } from './matching/matching.figure.js';
import { messagingFigure } from './messaging/messaging.figure.js';
import { orderBookFigure } from './order-book/order-book.figure.js';
import { orderPathFigure } from './order-path/order-path.figure.js';
import { tickToOrderFigure } from './tick-to-order/tick-to-order.figure.js';

/** In the order of the report: what waits for servers first. */
export const FIGURES: readonly Figure[] = [
  orderPathFigure,
  messagingFigure,
  ledgerFigure,
  ledgerMillionFigure,
  gatewayFigure,
  orderBookFigure,
  matchingFigure,
  tickToOrderFigure,
];
