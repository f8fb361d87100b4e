import { type Amount, ONE, ratio } from '@argosy/domain';
import { type EquityMarks, type EquityPoint, hourAgo, midnight } from './equity-marks.js';
import { LOSS_RULES, type LossLimits, type LossMeasure, type LossRule } from './loss-limits.js';

/** Changes as shares of their base: negative is a loss. `drawdown` is never negative. */
export interface LossFigures {
  readonly aum: Amount;
  readonly hourly: Amount;
  readonly daily: Amount;
  readonly drawdown: Amount;
}

export interface LossBreach {
  readonly rule: LossRule;
  /** How much was lost, as a share; positive. */
  readonly loss: Amount;
  readonly limit: Amount;
}

/**
 * What a loss is measured against: the equity of the mark, less what was taken out since. What was paid in since is not
 * added, or a deposit would make room for a loss.
 */
function baseOf(mark: EquityPoint, last: EquityPoint): Amount {
  const moved = last.equity - last.net - (mark.equity - mark.net);
  return (moved < 0n ? mark.equity + moved : mark.equity) as Amount;
}

/** Without a positive base any loss is a total one: an account that owes has nothing left to lose a share of. */
function share(change: bigint, base: Amount): Amount {
  if (base > 0n) return ratio<Amount>(change as Amount, base, 'up');
  return (change < 0n ? -ONE : 0n) as Amount;
}

export function lossFigures(marks: EquityMarks): LossFigures {
  const { last, peak } = marks;
  const day = midnight(marks);
  const base = baseOf(day, last);
  return {
    aum: day.equity,
    hourly: share(last.net - hourAgo(marks).net, base),
    daily: share(last.net - day.net, base),
    drawdown: -share(last.net - peak.net, baseOf(peak, last)) as Amount,
  };
}

/** Every limit that is reached, in the order of the table. Reached counts: at −0.5 % the hour has lost 0.5 %. */
export function judgeLosses(figures: LossFigures, limits: LossLimits): readonly LossBreach[] {
  const losses: Readonly<Record<LossMeasure, bigint>> = {
    hourly: -figures.hourly,
    daily: -figures.daily,
    drawdown: figures.drawdown,
  };
  return LOSS_RULES.flatMap((rule) => {
    const loss = losses[rule.measure] as Amount;
    const limit = limits[rule.limit];
    return loss >= limit ? [{ rule, loss, limit }] : [];
  });
}
