import { type ExchangeAction, type OrderSpec, TIMES_IN_FORCE, type VenueTimeInForce } from '@argosy/exchange-core';
import type { JsonObject } from '../signing/field-order.js';
import {
  MalformedRequest,
  readAddress,
  readCloid,
  readCount,
  readDecimal,
  readFlag,
  readList,
  readObject,
  readOid,
  readOptionalCount,
  readText,
} from './request-reader.js';

/** The venue knows the action, this exchange does not do it. */
export class UnsupportedAction extends Error {
  override readonly name = 'UnsupportedAction';
}

/** Actions of the venue that are understood and refused, rather than taken for garbage. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  'usdSend',
  'spotSend',
  'sendAsset',
  'withdraw3',
  'usdClassTransfer',
  'approveBuilderFee',
  'vaultTransfer',
  'createSubAccount',
  'subAccountTransfer',
  'subAccountSpotTransfer',
  'subAccountModify',
  'createVault',
  'updateIsolatedMargin',
  'topUpIsolatedOnlyMargin',
  'twapOrder',
  'twapCancel',
  'setReferrer',
  'registerReferrer',
  'setDisplayName',
  'cDeposit',
  'cWithdraw',
  'tokenDelegate',
  'spotUser',
  'evmUserModify',
  'reserveRequestWeight',
  'convertToMultiSigUser',
  'multiSig',
  'perpDeploy',
  'spotDeploy',
  'agentSetAbstraction',
  'userSetAbstraction',
  'agentEnableDexAbstraction',
  'userDexAbstraction',
  'borrowLend',
  'claimRewards',
  'vaultModify',
  'vaultDistribute',
]);

function parseTif(order: JsonObject): VenueTimeInForce {
  const type = readObject(order, 't');
  if (Object.hasOwn(type, 'trigger')) throw new UnsupportedAction('Trigger orders are not supported by this exchange.');
  const tif = readText(readObject(type, 'limit'), 'tif');
  const known = TIMES_IN_FORCE.find((candidate) => candidate === tif);
  if (known === undefined) throw new MalformedRequest(`tif was '${tif.slice(0, 32)}'`);
  return known;
}

const hasValue = (object: JsonObject, field: string): boolean => Object.hasOwn(object, field) && object[field] !== null;

const parseOrder = (order: JsonObject): OrderSpec => ({
  asset: readCount(order, 'a'),
  isBuy: readFlag(order, 'b'),
  px: readDecimal(order, 'p'),
  sz: readDecimal(order, 's'),
  reduceOnly: readFlag(order, 'r'),
  tif: parseTif(order),
  ...(hasValue(order, 'c') ? { cloid: readCloid(order, 'c') } : {}),
});

function parseOrders(action: JsonObject): ExchangeAction {
  if (hasValue(action, 'grouping') && action['grouping'] !== 'na') {
    throw new UnsupportedAction('Order grouping is not supported by this exchange.');
  }
  if (hasValue(action, 'builder') && readCount(readObject(action, 'builder'), 'f') > 0) {
    throw new UnsupportedAction('Builder fee has not been approved.');
  }
  return { type: 'order', orders: readList(action, 'orders').map(parseOrder) };
}

function parseSchedule(action: JsonObject): ExchangeAction {
  const time = readOptionalCount(action, 'time');
  return { type: 'scheduleCancel', ...(time === undefined ? {} : { time }) };
}

const PARSERS: Readonly<Record<string, (action: JsonObject) => ExchangeAction>> = {
  order: parseOrders,
  cancel: (action) => ({
    type: 'cancel',
    cancels: readList(action, 'cancels').map((cancel) => ({
      asset: readCount(cancel, 'a'),
      oid: readCount(cancel, 'o'),
    })),
  }),
  cancelByCloid: (action) => ({
    type: 'cancelByCloid',
    cancels: readList(action, 'cancels').map((cancel) => ({
      asset: readCount(cancel, 'asset'),
      cloid: readCloid(cancel, 'cloid'),
    })),
  }),
  modify: (action) => ({ type: 'modify', oid: readOid(action, 'oid'), order: parseOrder(readObject(action, 'order')) }),
  batchModify: (action) => ({
    type: 'batchModify',
    modifies: readList(action, 'modifies').map((modify) => ({
      oid: readOid(modify, 'oid'),
      order: parseOrder(readObject(modify, 'order')),
    })),
  }),
  scheduleCancel: parseSchedule,
  updateLeverage: (action) => ({
    type: 'updateLeverage',
    asset: readCount(action, 'asset'),
    isCross: readFlag(action, 'isCross'),
    leverage: readCount(action, 'leverage'),
  }),
  noop: () => ({ type: 'noop' }),
  approveAgent: (action) => ({
    type: 'approveAgent',
    agentAddress: readAddress(action, 'agentAddress'),
    ...(hasValue(action, 'agentName') ? { agentName: readText(action, 'agentName') } : {}),
  }),
};

/**
 * The action as the exchange's core takes it.
 * @throws MalformedRequest for an unknown type or a field that does not fit, UnsupportedAction for what is only not done here.
 */
export function parseAction(action: JsonObject): ExchangeAction {
  const type = readText(action, 'type');
  const parser = Object.hasOwn(PARSERS, type) ? PARSERS[type] : undefined;
  if (parser !== undefined) return parser(action);
  if (UNSUPPORTED.has(type)) throw new UnsupportedAction(`Action ${type} is not supported by this exchange.`);
  throw new MalformedRequest(`unknown action '${type.slice(0, 32)}'`);
}
