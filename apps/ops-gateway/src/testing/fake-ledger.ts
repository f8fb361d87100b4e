import {
  integrityReportCodec,
  integrityRequestCodec,
  pnlPageCodec,
  pnlRequestCodec,
  positionsPageCodec,
  positionsRequestCodec,
  subjects,
  tradesPageCodec,
  type TradesRequest,
  tradesRequestCodec,
} from '@argosy/contracts';
import { ok } from '@argosy/domain';
import { A_MOMENT } from '@argosy/testing';
import type { Answers } from './fake-answers.js';

/** As much of the ledger as the gateway can see: one position, three trades. */
export class FakeLedger {
  problems: readonly string[] = [];

  constructor(answers: Answers) {
    const pnl = {
      currency: 'USDC',
      realised: '10',
      unrealised: '',
      funding: '0',
      fee: '-1',
      slippage: '0',
      rebate: '0',
      net: '9',
    };
    answers('ledger', subjects.ledgerPositions, positionsRequestCodec, positionsPageCodec, () =>
      ok({
        positions: [
          {
            accountId: 'main',
            accountKind: 'live',
            strategyId: 'market_maker_btc',
            venue: 'hyperliquid',
            instrumentId: 'hyperliquid_BTC-PERP',
            quantity: '-0.5',
            averagePrice: '60000',
            markPrice: '',
            notional: '',
            unrealisedPnl: '',
            openedNs: A_MOMENT,
          },
        ],
      }),
    );
    answers('ledger', subjects.ledgerPnl, pnlRequestCodec, pnlPageCodec, ({ groupBy }) =>
      ok({ rows: [{ ...pnl, group: groupBy === 'strategy' ? 'market_maker_btc' : 'total' }] }),
    );
    answers('ledger', subjects.ledgerTrades, tradesRequestCodec, tradesPageCodec, ({ limit }: TradesRequest) =>
      ok({
        trades: Array.from({ length: Math.min(limit, 3) }, (_, at) => ({
          fillId: `f${String(at)}`,
          clientOrderId: '',
          accountId: 'main',
          accountKind: 'live',
          strategyId: '',
          venue: 'hyperliquid',
          instrumentId: 'hyperliquid_BTC-PERP',
          side: 'buy',
          price: '60000',
          quantity: '0.1',
          fee: '0.9',
          feeAsset: 'USDC',
          liquidity: 'maker',
          realisedPnl: '0',
          venueTimeNs: A_MOMENT,
          chainSequence: BigInt(at + 1),
        })),
      }),
    );
    answers('ledger', subjects.ledgerIntegrity, integrityRequestCodec, integrityReportCodec, () =>
      ok({
        problems: [...this.problems],
        postings: 12n,
        entries: 3n,
        trialBalance: { USDC: '0' },
        chainValid: true,
        accountSequences: { main: 3n },
      }),
    );
  }
}
