import { type TimeNs, timeNs } from '@argosy/domain';
import { TradingState as WireState } from '../gen/argosy/risk/v1/risk.js';
import { ContractError, mappedCodec } from './wire.js';

/** Whether the fleet may trade, as risk's store says. Whoever has none, or an old one, takes it for "no" (I-13). */
export interface TradingState {
  /** Rises with every change. */
  readonly version: bigint;
  readonly tradingEnabled: boolean;
  readonly newSignalsEnabled: boolean;
  readonly kill?: { readonly reason: string; readonly actor: string; readonly at: TimeNs };
  readonly statedAt: TimeNs;
  readonly riskEpoch: number;
}

export const tradingStateCodec = mappedCodec<TradingState, WireState>(
  'TradingState',
  WireState,
  (state) => ({
    version: state.version,
    tradingEnabled: state.tradingEnabled,
    newSignalsEnabled: state.newSignalsEnabled,
    killed: state.kill !== undefined,
    killReason: state.kill?.reason ?? '',
    killedBy: state.kill?.actor ?? '',
    killedNs: state.kill?.at ?? 0n,
    statedNs: state.statedAt,
    riskEpoch: state.riskEpoch,
  }),
  (message) => {
    if (message.statedNs <= 0n) throw new ContractError('stated_ns is missing');
    return {
      version: message.version,
      tradingEnabled: message.tradingEnabled,
      newSignalsEnabled: message.newSignalsEnabled,
      ...(message.killed
        ? { kill: { reason: message.killReason, actor: message.killedBy, at: timeNs(message.killedNs) } }
        : {}),
      statedAt: timeNs(message.statedNs),
      riskEpoch: message.riskEpoch,
    };
  },
);
