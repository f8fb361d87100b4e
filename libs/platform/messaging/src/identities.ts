import { ACCOUNT_EVENTS_STREAM, patterns, type ServiceName, SERVICES, subjects } from '@argosy/contracts';
import { inboxPrefix } from './inbox.js';
import { PARKED_STREAM, parkedSubject } from './streams.js';

interface Identity {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Streams this service makes and keeps as defined. */
  readonly owns?: readonly string[];
  /** Its durables, by stream. */
  readonly consumes?: readonly { readonly stream: string; readonly durable: string }[];
}

const EVERY_MARKET_QUERY = 'argosy.qry.market.>';
const EVERY_MARKET_SUBJECT = 'argosy.md.>';
const EVERY_ORDER_QUERY = 'argosy.qry.order.>';

/** The ledger's way through the account events: it must see every one. */
export const LEDGER_DURABLE = 'ledger-post-facts';

/**
 * Who may say what, one table (I-53). Only risk can tell execution to place an order, only execution can state what
 * happened to one, and only people, through ops-gateway, can start, resume and configure; risk
 * can stop a strategy that runs away. Everybody can kill.
 */
export const IDENTITIES: Readonly<Record<ServiceName, Identity>> = {
  'market-data': {
    publish: [EVERY_MARKET_SUBJECT, patterns.everyKill],
    subscribe: [EVERY_MARKET_QUERY, subjects.marketReconnect, subjects.serviceStatus('market-data')],
  },
  'strategy-host': {
    publish: [
      patterns.everySubmission,
      patterns.everyCancel,
      subjects.riskStrategyLimits,
      EVERY_ORDER_QUERY,
      EVERY_MARKET_QUERY,
      subjects.tradingStateQuery,
      subjects.ledgerPositions,
      subjects.ledgerPnl,
      patterns.everyKill,
    ],
    subscribe: [
      EVERY_MARKET_SUBJECT,
      patterns.everyAccountFact,
      subjects.tradingState,
      'argosy.cmd.strategy.>',
      'argosy.qry.strategy.>',
      subjects.serviceStatus('strategy-host'),
    ],
  },
  risk: {
    publish: [
      patterns.everyPlacement,
      subjects.tradingState,
      // A runaway is stopped without waiting for a person (I-21).
      subjects.strategyStop,
      patterns.everyCancelAll,
      subjects.riskAlert,
      EVERY_ORDER_QUERY,
      EVERY_MARKET_QUERY,
      subjects.ledgerPositions,
      subjects.ledgerBalances,
      subjects.ledgerPnl,
      patterns.everyKill,
    ],
    subscribe: [
      patterns.everySubmission,
      EVERY_MARKET_SUBJECT,
      patterns.everyAccountFact,
      subjects.tradingStateQuery,
      subjects.tradingConfigure,
      subjects.tradingKill('risk'),
      subjects.tradingResume('risk'),
      subjects.tradingTripBreaker,
      subjects.tradingResetBreaker,
      subjects.riskOverridePositions,
      subjects.riskRestorePositions,
      subjects.riskReenableStrategy,
      subjects.riskBeginLosses,
      subjects.riskSummary,
      subjects.riskStrategyLimits,
      subjects.serviceStatus('risk'),
    ],
  },
  execution: {
    publish: [patterns.everyAccountFact, EVERY_MARKET_QUERY, subjects.tradingStateQuery, patterns.everyKill],
    subscribe: [
      patterns.everyPlacement,
      patterns.everyCancel,
      patterns.everyCancelAll,
      EVERY_ORDER_QUERY,
      EVERY_MARKET_SUBJECT,
      subjects.tradingState,
      subjects.tradingKill('execution'),
      subjects.tradingResume('execution'),
      subjects.tradingKillReport,
      subjects.serviceStatus('execution'),
    ],
    owns: [ACCOUNT_EVENTS_STREAM, PARKED_STREAM],
  },
  ledger: {
    publish: [subjects.orderEvents, EVERY_MARKET_QUERY, patterns.everyKill],
    subscribe: [
      EVERY_MARKET_SUBJECT,
      patterns.everyAccountFact,
      'argosy.qry.ledger.>',
      subjects.serviceStatus('ledger'),
    ],
    consumes: [{ stream: ACCOUNT_EVENTS_STREAM, durable: LEDGER_DURABLE }],
  },
  'ops-gateway': {
    publish: [
      patterns.everyCancel,
      patterns.everyCancelAll,
      subjects.marketReconnect,
      'argosy.cmd.trading.>',
      subjects.riskStrategyLimits,
      subjects.riskOverridePositions,
      subjects.riskRestorePositions,
      subjects.riskReenableStrategy,
      subjects.riskBeginLosses,
      'argosy.cmd.strategy.>',
      'argosy.qry.>',
    ],
    subscribe: [
      EVERY_MARKET_SUBJECT,
      patterns.everyAccountFact,
      subjects.tradingState,
      subjects.riskAlert,
      subjects.tradingKill('ops-gateway'),
      subjects.serviceStatus('ops-gateway'),
    ],
  },
};

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Whether some subject falls under both patterns. */
export function patternsMeet(a: string, b: string): boolean {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const [x, y] = [left[i], right[i]];
    if (x === undefined || y === undefined) return false;
    if (x === '>' || y === '>') return true;
    if (x !== '*' && y !== '*' && x !== y) return false;
  }
  return true;
}

const isAsked = (pattern: string): boolean => pattern.startsWith('argosy.cmd.') || pattern.startsWith('argosy.qry.');

/** Who may ask `service` something, directly or handed on along the order chain. */
function askersOf(service: ServiceName): readonly ServiceName[] {
  const direct = SERVICES.filter((asker) =>
    IDENTITIES[asker].publish.some(
      (asked) =>
        isAsked(asked) && IDENTITIES[service].subscribe.some((heard) => isAsked(heard) && patternsMeet(asked, heard)),
    ),
  );
  // Execution answers what risk handed on, so it answers whoever may submit.
  const submitters = SERVICES.filter((asker) => IDENTITIES[asker].publish.includes(patterns.everySubmission));
  const handedOn = service === 'execution' ? submitters : [];
  return SERVICES.filter((one) => direct.includes(one) || handedOn.includes(one));
}

const ownerSubjects = (stream: string): readonly string[] =>
  ['INFO', 'CREATE', 'UPDATE'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`);

const consumerSubjects = ({
  stream,
  durable,
}: {
  readonly stream: string;
  readonly durable: string;
}): readonly string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.${durable}.>`,
  `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
  `$JS.ACK.${stream}.${durable}.>`,
  parkedSubject(stream),
];

/** The exact lists of one service: its own subjects, the inboxes it answers to, its own inbox, and its streams. */
export function permissionsOf(service: ServiceName): Permissions {
  const { publish, subscribe, owns = [], consumes = [] } = IDENTITIES[service];
  return {
    publish: [
      ...publish,
      ...askersOf(service).map((asker) => `${inboxPrefix(asker)}.>`),
      ...(owns.length === 0 ? [] : ['$JS.API.INFO']),
      ...owns.flatMap(ownerSubjects),
      ...consumes.flatMap(consumerSubjects),
    ],
    subscribe: [...subscribe, subjects.serviceStandby(service), `${inboxPrefix(service)}.>`],
  };
}
