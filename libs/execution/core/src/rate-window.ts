import type { RateWindow, RequestCost } from '@argosy/venue-port';

/** `cancel` is for cancels and the kill; everything else is `normal`. */
export type RateLane = 'normal' | 'cancel';

/** What was let through and still counts. */
export interface Charge {
  readonly atMs: number;
  readonly lane: RateLane;
  units: number;
}

/** How many units of a limit each lane may have in use at once. */
export interface LaneCaps {
  /** Of the normal lane alone, beside what cancels use. */
  readonly normal: number;
  /** Of both together while the normal lane asks. */
  readonly shared: number;
  /** Of both together while a cancel asks. */
  readonly cancel: number;
}

/** @returns units; fractions of a unit are free, as venues document them. */
export const unitsOf = ({ base, itemsPerUnit }: RequestCost, items: number): number =>
  base + (itemsPerUnit === undefined ? 0 : Math.floor(items / itemsPerUnit));

/**
 * One limit of the venue, as seen at our end. It counts over the venue's window and the lateness on top: two requests sent
 * more than a window apart may still arrive within one, if the first was slow and the second was not.
 */
export class SlidingWindow {
  private readonly charges: Charge[] = [];
  private readonly used: Record<RateLane, number> = { normal: 0, cancel: 0 };
  private readonly spanMs: number;

  constructor(
    readonly limit: RateWindow,
    readonly caps: LaneCaps,
    latenessMs: number,
  ) {
    this.spanMs = limit.windowMs + latenessMs;
  }

  /** Units of each lane that count now. */
  use(nowMs: number): Readonly<Record<RateLane, number>> {
    this.forget(nowMs);
    return this.used;
  }

  /** Undefined when `units` more fit now; else the moment from which they do, as far as is known today. */
  fullUntil(lane: RateLane, units: number, nowMs: number): number | undefined {
    this.forget(nowMs);
    const left = { ...this.used };
    if (this.fits(lane, units, left)) return undefined;
    for (const charge of this.charges) {
      left[charge.lane] -= charge.units;
      if (this.fits(lane, units, left)) return charge.atMs + this.spanMs;
    }
    return Number.POSITIVE_INFINITY;
  }

  charge(lane: RateLane, units: number, nowMs: number): Charge {
    const charge: Charge = { atMs: nowMs, lane, units };
    this.charges.push(charge);
    this.used[lane] += units;
    return charge;
  }

  /** Puts another figure in the place of an estimate; one that no longer counts stays as it is. */
  correct(charge: Charge, units: number): void {
    if (!this.charges.includes(charge)) return;
    this.used[charge.lane] += units - charge.units;
    charge.units = units;
  }

  private fits(lane: RateLane, units: number, used: Readonly<Record<RateLane, number>>): boolean {
    const total = used.normal + used.cancel + units;
    if (lane === 'cancel') return total <= this.caps.cancel;
    return used.normal + units <= this.caps.normal && total <= this.caps.shared;
  }

  private forget(nowMs: number): void {
    let old = 0;
    for (const { atMs, lane, units } of this.charges) {
      if (atMs + this.spanMs > nowMs) break;
      this.used[lane] -= units;
      old += 1;
    }
    if (old > 0) this.charges.splice(0, old);
  }
}
