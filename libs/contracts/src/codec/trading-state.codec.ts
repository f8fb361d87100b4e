import {
  type AccountId,
  accountId,
  MODE_COMPONENTS,
  type ModeCause,
  type ModeStatement,
  strictest,
  type TimeNs,
  timeNs,
  type TradingMode,
} from '@argosy/domain';
import {
  type ModeCause as WireCause,
  TradingMode as WireMode,
  TradingState as WireState,
} from '../gen/argosy/risk/v1/risk.js';
import { ContractError, enumTable, mappedCodec, oneOf } from './wire.js';

/** Whether the fleet may trade, as risk's store says. Whoever has none, or an old one, takes it for "no" (I-13). */
export interface TradingState {
  /** Rises with every change that is stored; causes that only risk's own eyes see come and go within one version. */
  readonly version: bigint;
  readonly tradingEnabled: boolean;
  readonly newSignalsEnabled: boolean;
  readonly kill?: { readonly reason: string; readonly actor: string; readonly at: TimeNs; readonly killId: string };
  /** The whole fleet's. */
  readonly mode: ModeStatement;
  /** Accounts with causes of their own, without the fleet's: `underFleet` puts both together. */
  readonly accounts: ReadonlyMap<AccountId, ModeStatement>;
  readonly statedAt: TimeNs;
  readonly riskEpoch: number;
}

const tradingModes = enumTable<TradingMode>('trading mode', {
  full: WireMode.TRADING_MODE_FULL,
  reduce_only: WireMode.TRADING_MODE_REDUCE_ONLY,
  cancel_only: WireMode.TRADING_MODE_CANCEL_ONLY,
  halted: WireMode.TRADING_MODE_HALTED,
});

const causeToWire = ({ component, health, mode, reason }: ModeCause): WireCause => ({
  component,
  health,
  mode: tradingModes.toWire(mode) as WireMode,
  reason,
});

const causeFromWire = ({ component, health, mode, reason }: WireCause): ModeCause => ({
  component: oneOf('component', MODE_COMPONENTS, component),
  health,
  mode: tradingModes.toWord(mode),
  reason,
});

/** A statement whose mode allows more than one of its causes is refused: somebody is wrong, and it must not be us. */
function statementFromWire(mode: WireMode, wireCauses: readonly WireCause[]): ModeStatement {
  const causes = wireCauses.map(causeFromWire);
  const stated = tradingModes.toWord(mode);
  if (strictest(causes.map((cause) => cause.mode)) !== stated) {
    throw new ContractError(`mode '${stated}' is not what its causes make it`);
  }
  return { mode: stated, causes };
}

const statementToWire = ({ mode, causes }: ModeStatement): { mode: WireMode; causes: WireCause[] } => ({
  mode: tradingModes.toWire(mode) as WireMode,
  causes: causes.map(causeToWire),
});

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
    killId: state.kill?.killId ?? '',
    ...statementToWire(state.mode),
    accounts: [...state.accounts].map(([account, statement]) => ({
      accountId: account,
      ...statementToWire(statement),
    })),
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
        ? {
            kill: {
              reason: message.killReason,
              actor: message.killedBy,
              at: timeNs(message.killedNs),
              killId: message.killId,
            },
          }
        : {}),
      mode: statementFromWire(message.mode, message.causes),
      accounts: new Map(
        message.accounts.map(({ accountId: account, mode, causes }) => [
          accountId(account),
          statementFromWire(mode, causes),
        ]),
      ),
      statedAt: timeNs(message.statedNs),
      riskEpoch: message.riskEpoch,
    };
  },
);
