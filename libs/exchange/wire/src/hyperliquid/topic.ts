import type { Exchange } from '@argosy/exchange-core';
import type { JsonObject } from '../signing/field-order.js';
import { readAggregation } from './info-desk.js';
import { MalformedRequest, readAddress, readText } from './request-reader.js';

/** What one subscription asks for, read and checked. */
export type TopicSpec =
  | {
      readonly type: 'l2Book';
      readonly asset: number;
      readonly figures: number | undefined;
      readonly mantissa: number | undefined;
    }
  | { readonly type: 'trades' | 'bbo' | 'activeAssetCtx'; readonly asset: number }
  | { readonly type: 'candle'; readonly asset: number; readonly interval: string }
  | { readonly type: 'allMids' }
  | {
      readonly type: 'userFills' | 'orderUpdates' | 'userEvents' | 'userFundings' | 'notification';
      readonly user: string;
    };

/** One name a topic: two subscriptions with the same name get the same frames. */
export const topicKey = (spec: TopicSpec): string =>
  Object.values(spec)
    .map((part) => String(part))
    .join(' ');

function assetOf(exchange: Exchange, subscription: JsonObject): number {
  const asset = exchange.assetId(readText(subscription, 'coin'));
  if (asset === undefined) throw new MalformedRequest('unknown coin');
  return asset;
}

function candleTopic(exchange: Exchange, subscription: JsonObject): TopicSpec {
  const asset = assetOf(exchange, subscription);
  const interval = readText(subscription, 'interval');
  if (exchange.candles(asset, interval, 0, 0) === undefined) throw new MalformedRequest('unknown interval');
  return { type: 'candle', asset, interval };
}

/** @throws MalformedRequest when the venue would not take it. */
export function parseTopic(exchange: Exchange, subscription: JsonObject): TopicSpec {
  const type = readText(subscription, 'type');
  switch (type) {
    case 'l2Book':
      return { type, asset: assetOf(exchange, subscription), ...readAggregation(subscription) };
    case 'trades':
    case 'bbo':
    case 'activeAssetCtx':
      return { type, asset: assetOf(exchange, subscription) };
    case 'candle':
      return candleTopic(exchange, subscription);
    case 'allMids':
      return { type };
    case 'userFills':
    case 'orderUpdates':
    case 'userEvents':
    case 'userFundings':
    case 'notification':
      return { type, user: readAddress(subscription, 'user') };
    default:
      throw new MalformedRequest(`unknown subscription '${type.slice(0, 32)}'`);
  }
}
