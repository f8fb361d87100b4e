import { type CommandResult, type DrawnFault, type FaultName, numberOf, rejectText } from '@argosy/exchange-core';
import type { ActionGate, SignedCommand } from '../hyperliquid/exchange-desk.js';
import type { FaultDirector } from './fault-director.js';

/** Faults that need to know who signed: they act once the signature is proven. */
export const GATED: ReadonlySet<FaultName> = new Set([
  'key_revoked',
  'nonce_too_old',
  'fill_before_cancel',
  'fill_after_cancel',
]);
const CANCELS: ReadonlySet<FaultName> = new Set(['fill_before_cancel', 'fill_after_cancel']);

/** What faults do to actions whose signature is proven. */
export function faultGate(director: FaultDirector): ActionGate {
  return (command) => {
    if (director.isQuiet) return undefined;
    const { action, signer } = command;
    const { exchange } = director.host;
    const role = exchange.role(signer);
    const account = role.role === 'agent' ? role.account : signer;
    const oids = openOf(director, account, command);
    const drawn = director.draw(
      { venue: 'hyperliquid', lane: 'request', channel: action.type, coins: coinsOf(director, command), account },
      (fault) => GATED.has(fault) && (oids.length > 0 || !CANCELS.has(fault)),
    );
    for (const fault of drawn) {
      const verdict = act(director, fault, { command, account, oids });
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  };
}

interface Cancelling {
  readonly command: SignedCommand;
  readonly account: string;
  /** Orders of the account that the command would cancel. */
  readonly oids: readonly number[];
}

function act(
  director: FaultDirector,
  { rule }: DrawnFault,
  { command, account, oids }: Cancelling,
): ReturnType<ActionGate> {
  const { signer, nonce } = command;
  const fill = (): void => {
    for (const oid of oids) director.host.execute({ type: 'force_fill', account, oid, share: numberOf(rule, 'share') });
  };
  switch (rule.fault) {
    case 'key_revoked':
      return { refused: rejectText('unknownAccount', { address: signer }) };
    case 'nonce_too_old':
      return { refused: rejectText('nonceTooLow', { nonce, smallest: nonce + 1 }) };
    case 'fill_before_cancel':
      fill();
      return undefined;
    case 'fill_after_cancel':
      director.timers.after(numberOf(rule, 'ms'), () => {
        fill();
        director.host.execute(command);
      });
      return { result: success(command) };
    default:
      return undefined;
  }
}

function success({ action }: SignedCommand): CommandResult {
  const entries = action.type === 'cancel' || action.type === 'cancelByCloid' ? action.cancels : [];
  return { ok: true, response: { type: 'cancel', outcomes: [...entries].map(() => ({ kind: 'success' })) } };
}

function openOf({ host }: FaultDirector, account: string, { action }: SignedCommand): readonly number[] {
  if (action.type !== 'cancel' && action.type !== 'cancelByCloid') return [];
  const { cancels } = action;
  return [...cancels].flatMap((cancel) => {
    const found = host.exchange.orderStatus(account, 'oid' in cancel ? cancel.oid : cancel.cloid);
    return found?.status === 'open' ? [found.order.oid] : [];
  });
}

function coinsOf({ host }: FaultDirector, { action }: SignedCommand): readonly string[] {
  const name = (asset: number): readonly string[] => {
    const found = host.exchange.config.assets[asset]?.name;
    return found === undefined ? [] : [found];
  };
  switch (action.type) {
    case 'order':
      return action.orders.flatMap(({ asset }) => name(asset));
    case 'cancel':
    case 'cancelByCloid':
      return [...action.cancels].flatMap(({ asset }) => name(asset));
    case 'modify':
      return name(action.order.asset);
    case 'batchModify':
      return action.modifies.flatMap(({ order }) => name(order.asset));
    default:
      return [];
  }
}
