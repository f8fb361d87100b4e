import type { Exchange } from '@argosy/exchange-core';
import type { JsonObject } from '../signing/field-order.js';
import type { ExchangeHost } from '../exchange-host.js';
import {
  MalformedRequest,
  readAddress,
  readCount,
  readObject,
  readOid,
  readOptionalCount,
  readText,
} from './request-reader.js';
import {
  wireBook,
  wireCandle,
  wireClearinghouse,
  wireContext,
  wireFill,
  wireFrontendOrder,
  wireFundingRate,
  wireFundingUpdate,
  wireOpenOrder,
  wireOrderStatus,
  wireTrade,
  wireTransfer,
} from './wire.js';

/** Levels a side of a book. */
export const BOOK_LEVELS = 20;
const FILLS_MAX = 2_000;
const TRADES_MAX = 10;
/** USDC is the only token, so that SDKs that read the spot market at start find one. */
const USDC = {
  name: 'USDC',
  szDecimals: 8,
  weiDecimals: 8,
  index: 0,
  tokenId: '0x6d1e7cde53ba9467b783cb7c530ce054',
  isCanonical: true,
  evmContract: null,
  fullName: null,
  deployerTradingFeeShare: '0.0',
};
const SPOT_META = { universe: [], tokens: [USDC] };

type Answer = (request: JsonObject) => unknown;

/** The questions of `/info`, one method a type. Everything is read at the moment of the question. */
export class InfoDesk {
  private readonly exchange: Exchange;
  private readonly answers: Readonly<Record<string, Answer>>;

  constructor(
    private readonly host: ExchangeHost,
    /** Told of every account that somebody asks about: an address that is asked about is one that exists. */
    private readonly mention: (address: string) => void,
  ) {
    this.exchange = host.exchange;
    this.answers = { ...this.marketAnswers(), ...this.accountAnswers(), ...this.emptyAnswers() };
  }

  /** @throws MalformedRequest for an unknown type or a field that does not fit. */
  answer(request: JsonObject): unknown {
    const type = readText(request, 'type');
    const answer = Object.hasOwn(this.answers, type) ? this.answers[type] : undefined;
    if (answer === undefined) throw new MalformedRequest(`unknown info type '${type.slice(0, 64)}'`);
    return answer(request);
  }

  private marketAnswers(): Record<string, Answer> {
    return {
      meta: (request) => this.onMainDex(request, () => this.meta()),
      allPerpMetas: () => [this.meta()],
      metaAndAssetCtxs: (request) => this.onMainDex(request, () => [this.meta(), this.contexts()]),
      spotMeta: () => SPOT_META,
      spotMetaAndAssetCtxs: () => [SPOT_META, []],
      perpDexs: () => [null],
      allMids: (request) => this.onMainDex(request, () => this.mids()),
      l2Book: (request) => this.book(request),
      candleSnapshot: (request) => this.candles(readObject(request, 'req')),
      recentTrades: (request) => this.exchange.recentTrades(this.asset(request)).slice(0, TRADES_MAX).map(wireTrade),
      fundingHistory: (request) => this.fundingHistory(request),
      exchangeStatus: () => ({ time: this.host.nowMs, specialStatuses: null }),
    };
  }

  private accountAnswers(): Record<string, Answer> {
    const { exchange } = this;
    return {
      clearinghouseState: (request) =>
        wireClearinghouse(exchange.clearinghouse(this.opened(this.user(request))), this.host.nowMs),
      spotClearinghouseState: (request) => this.ofUser(request, { balances: [] }),
      openOrders: (request) => exchange.openOrders(this.user(request)).map(wireOpenOrder),
      frontendOpenOrders: (request) => exchange.openOrders(this.user(request)).map(wireFrontendOrder),
      userFills: (request) => exchange.userFills(this.user(request)).slice(0, FILLS_MAX).map(wireFill),
      userFillsByTime: (request) => this.fillsByTime(request),
      orderStatus: (request) => this.orderStatus(request),
      historicalOrders: (request) => exchange.historicalOrders(this.user(request)).map(wireOrderStatus),
      userFunding: (request) => this.userFunding(request),
      userNonFundingLedgerUpdates: (request) => this.userTransfers(request),
      userRateLimit: (request) => this.rateLimit(request),
      userFees: (request) => this.fees(request),
      extraAgents: (request) =>
        exchange.agents(this.user(request)).map(({ address, name }) => ({ address, name, validUntil: null })),
      userRole: (request) => this.role(request),
      activeAssetData: (request) => this.activeAssetData(request),
    };
  }

  /** What the venue has and this exchange never does: SDKs ask for some of it before they trade. */
  private emptyAnswers(): Record<string, Answer> {
    return {
      subAccounts: (request) => this.ofUser(request, null),
      maxBuilderFee: (request) => this.ofUser(request, 0),
      approvedBuilders: (request) => this.ofUser(request, []),
      userAbstraction: (request) => this.ofUser(request, 'default'),
      userDexAbstraction: (request) => this.ofUser(request, false),
      userTwapSliceFills: (request) => this.ofUser(request, []),
      userVaultEquities: (request) => this.ofUser(request, []),
      userToMultiSigSigners: (request) => this.ofUser(request, null),
      perpsAtOpenInterestCap: () => [],
    };
  }

  private user(request: JsonObject): string {
    const address = readAddress(request, 'user');
    this.mention(address);
    // The venue answers for the address as given: an agent has no orders of its own.
    return address;
  }

  /** Where accounts open by themselves they do so here too: bots look at their balance before they trade. */
  private opened(address: string): string {
    const grant = this.exchange.config.openAccountsGrant;
    if (grant !== undefined && this.exchange.role(address).role === 'missing') {
      this.host.execute({ type: 'deposit', account: address, amount: grant });
    }
    return address;
  }

  private ofUser<T>(request: JsonObject, answer: T): T {
    this.user(request);
    return answer;
  }

  private asset(request: JsonObject): number {
    const coin = readText(request, 'coin');
    const asset = this.exchange.assetId(coin);
    if (asset === undefined) throw new MalformedRequest(`unknown coin '${coin.slice(0, 32)}'`);
    return asset;
  }

  /** Builder-deployed exchanges do not exist here: only the main one, which is named by nothing or by empty text. */
  private onMainDex(request: JsonObject, answer: () => unknown): unknown {
    const dex = request['dex'];
    if (dex === undefined || dex === null || dex === '') return answer();
    throw new MalformedRequest('unknown dex');
  }

  private meta() {
    const { assets } = this.exchange.config;
    const leverages = [...new Set(assets.map((asset) => asset.maxLeverage))];
    return {
      universe: assets.map((_asset, index) => {
        const { name, szDecimals, maxLeverage, status } = this.exchange.instrument(index);
        return {
          szDecimals,
          name,
          maxLeverage,
          marginTableId: maxLeverage,
          ...(status === 'delisted' ? { isDelisted: true } : {}),
        };
      }),
      // As on the venue, a table with one tier has its leverage as its id.
      marginTables: leverages.map((maxLeverage) => [
        maxLeverage,
        { description: '', marginTiers: [{ lowerBound: '0.0', maxLeverage }] },
      ]),
      collateralToken: 0,
    };
  }

  contexts() {
    return this.exchange.config.assets.map((_asset, index) => wireContext(this.exchange.context(index)));
  }

  mids(): Record<string, string> {
    const contexts = this.exchange.config.assets.map((_asset, index) => this.exchange.context(index));
    return Object.fromEntries(contexts.map(({ coin, midPx, markPx }) => [coin, midPx ?? markPx]));
  }

  private book(request: JsonObject): unknown {
    const asset = this.exchange.assetId(readText(request, 'coin'));
    // The venue's own answer for a coin that it does not know.
    if (asset === undefined) return null;
    const { figures, mantissa } = readAggregation(request);
    return wireBook(this.exchange.book(asset, BOOK_LEVELS, figures, mantissa));
  }

  private candles(request: JsonObject): unknown {
    const end = readOptionalCount(request, 'endTime') ?? this.host.nowMs;
    const candles = this.exchange.candles(
      this.asset(request),
      readText(request, 'interval'),
      readCount(request, 'startTime'),
      end,
    );
    if (candles === undefined) throw new MalformedRequest('unknown interval');
    return candles.map(wireCandle);
  }

  private fundingHistory(request: JsonObject): unknown {
    const end = readOptionalCount(request, 'endTime');
    return this.exchange.fundingHistory(this.asset(request), readCount(request, 'startTime'), end).map(wireFundingRate);
  }

  private fillsByTime(request: JsonObject): unknown {
    const end = readOptionalCount(request, 'endTime');
    return this.exchange
      .userFillsByTime(this.user(request), readCount(request, 'startTime'), end)
      .slice(0, FILLS_MAX)
      .map(wireFill);
  }

  private orderStatus(request: JsonObject): unknown {
    const status = this.exchange.orderStatus(this.user(request), readOid(request, 'oid'));
    return status === undefined ? { status: 'unknownOid' } : { status: 'order', order: wireOrderStatus(status) };
  }

  private userFunding(request: JsonObject): unknown {
    const start = readOptionalCount(request, 'startTime') ?? 0;
    return this.exchange
      .userFundings(this.user(request), start, readOptionalCount(request, 'endTime'))
      .map(wireFundingUpdate);
  }

  private userTransfers(request: JsonObject): unknown {
    const start = readOptionalCount(request, 'startTime') ?? 0;
    return this.exchange
      .userTransfers(this.user(request), start, readOptionalCount(request, 'endTime'))
      .map(wireTransfer);
  }

  private rateLimit(request: JsonObject): unknown {
    const { cumVlm, nRequestsUsed, nRequestsCap } = this.exchange.rateLimit(this.user(request));
    return { cumVlm, nRequestsUsed, nRequestsCap, nRequestsSurplus: 0 };
  }

  private role(request: JsonObject): unknown {
    const role = this.exchange.role(readAddress(request, 'user'));
    return role.role === 'agent' ? { role: 'agent', data: { user: role.account } } : role;
  }

  private fees(request: JsonObject): unknown {
    const fees = this.exchange.fees(this.user(request));
    const [base, ...tiers] = this.exchange.config.feeTiers;
    return {
      dailyUserVlm: fees.dailyVolumes.map(({ dayMs, taker, maker }) => ({
        date: isoDay(dayMs),
        userCross: taker,
        userAdd: maker,
        exchange: '0.0',
      })),
      feeSchedule: {
        cross: base?.takerRate ?? '0',
        add: base?.makerRate ?? '0',
        spotCross: '0.0007',
        spotAdd: '0.0004',
        tiers: {
          vip: tiers.map((tier) => ({
            ntlCutoff: tier.fromVolume,
            cross: tier.takerRate,
            add: tier.makerRate,
            spotCross: '0.0007',
            spotAdd: '0.0004',
          })),
          mm: [],
        },
        referralDiscount: '0.0',
        stakingDiscountTiers: [],
      },
      userCrossRate: fees.takerRate,
      userAddRate: fees.makerRate,
      userSpotCrossRate: '0.0007',
      userSpotAddRate: '0.0004',
      activeReferralDiscount: '0.0',
      trial: null,
      feeTrialEscrow: '0.0',
      nextTrialAvailableTimestamp: null,
      stakingLink: null,
      activeStakingDiscount: { bpsOfMaxSupply: '0.0', discount: '0.0' },
    };
  }

  private activeAssetData(request: JsonObject): unknown {
    const user = this.user(request);
    const asset = this.asset(request);
    const { coin, markPx } = this.exchange.context(asset);
    const free = this.exchange.clearinghouse(user).withdrawable;
    return {
      user,
      coin,
      leverage: { type: 'cross', value: this.exchange.leverage(user, asset) },
      maxTradeSzs: ['0.0', '0.0'],
      availableToTrade: [free, free],
      markPx,
    };
  }
}

const isoDay = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** How a book is asked to be summed up: significant figures of prices, and their last digit's step at 5 figures. */
export function readAggregation(request: JsonObject): { figures: number | undefined; mantissa: number | undefined } {
  const figures = readOptionalCount(request, 'nSigFigs');
  const mantissa = readOptionalCount(request, 'mantissa');
  if (figures !== undefined && (figures < 2 || figures > 5)) throw new MalformedRequest('nSigFigs must be 2 to 5');
  if (mantissa !== undefined && (figures !== 5 || ![1, 2, 5].includes(mantissa))) {
    throw new MalformedRequest('mantissa must be 1, 2 or 5, with nSigFigs 5');
  }
  return { figures, mantissa };
}
