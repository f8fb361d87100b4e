import type { StatusAnswer } from '../gateway/answers.js';

/** How the fleet stands, as I-58 asks: it trades, it is halted and says why, or neither yet. */
export type Standing =
  | { readonly kind: 'active' }
  | { readonly kind: 'halted'; readonly reason: string }
  | { readonly kind: 'unsettled'; readonly missing: string };

/** Read from one status answer; nothing is taken for granted that it does not say. */
export function standingOf(status: StatusAnswer | undefined): Standing {
  if (status === undefined) return { kind: 'unsettled', missing: 'the gateway does not answer' };
  const missing = missingParts(status);
  const { kill_switch: kill, trading_enabled: isEnabled, trading_mode: mode, mode_causes: causes = [] } = status;
  if (kill.active === true) return { kind: 'halted', reason: `kill switch: ${kill.reason ?? 'no reason given'}` };
  if (missing !== undefined) return { kind: 'unsettled', missing };
  if (!isEnabled) return { kind: 'halted', reason: 'trading is disabled' };
  if (mode === undefined || mode === 'full') return { kind: 'active' };
  const [cause] = causes;
  if (cause === undefined) return { kind: 'unsettled', missing: `trading mode ${mode} for no reason` };
  return { kind: 'halted', reason: `${mode}: ${cause.component} ${cause.health}, ${cause.reason}` };
}

function missingParts(status: StatusAnswer): string | undefined {
  const [degraded] = status.degraded;
  if (degraded !== undefined) return degraded;
  if (status.trading_state !== 'known' && status.trading_state !== undefined && status.kill_switch.active === null)
    return 'the trading state is unknown';
  const away = Object.entries(status.exchanges).find(
    ([, { status: state }]) => state !== 'connected' && state !== 'disabled',
  );
  if (away !== undefined) return `${away[0]} is ${away[1].status}`;
  const { feeds_live: live, feeds_total: total } = status.market_data;
  if (live === null || live !== total) return `${String(live ?? 0)} of ${String(total ?? '?')} feeds are live`;
  return undefined;
}
