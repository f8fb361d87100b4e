import type { CandleView } from '../api/view.js';
import { Ring } from '../account/ring.js';
import type { PerpInstrument } from './perp-instrument.js';

const MINUTE_MS = 60_000;
/** Minutes that can be asked for; longer intervals are put together from them. */
export const CANDLE_MINUTES_KEPT = 1_500;

const INTERVAL_MINUTES: Readonly<Record<string, number>> = {
  '1m': 1,
  '3m': 3,
  '5m': 5,
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '2h': 120,
  '4h': 240,
  '8h': 480,
  '12h': 720,
  '1d': 1_440,
  '3d': 4_320,
  '1w': 10_080,
  '1M': 43_200,
};

export interface MinuteCandle {
  readonly openMs: number;
  readonly open: number;
  close: number;
  high: number;
  low: number;
  lots: number;
  trades: number;
}

/** Candles of one asset, kept by the minute. Minutes without a trade have none. */
export class Candles {
  readonly minutes = new Ring<MinuteCandle>(CANDLE_MINUTES_KEPT);

  add(timeMs: number, ticks: number, lots: number): void {
    const openMs = timeMs - (timeMs % MINUTE_MS);
    const last = this.minutes.last();
    if (last?.openMs !== openMs) {
      this.minutes.push({ openMs, open: ticks, close: ticks, high: ticks, low: ticks, lots, trades: 1 });
      return;
    }
    last.close = ticks;
    last.high = Math.max(last.high, ticks);
    last.low = Math.min(last.low, ticks);
    last.lots += lots;
    last.trades++;
  }

  view(instrument: PerpInstrument, interval: string, startMs: number, endMs: number): CandleView[] | undefined {
    const minutes = Object.hasOwn(INTERVAL_MINUTES, interval) ? INTERVAL_MINUTES[interval] : undefined;
    if (minutes === undefined) return undefined;
    const lengthMs = minutes * MINUTE_MS;
    const merged: MinuteCandle[] = [];
    for (const minute of this.minutes.toArray()) {
      const openMs = minute.openMs - (minute.openMs % lengthMs);
      if (openMs + lengthMs <= startMs || openMs > endMs) continue;
      const last = merged.at(-1);
      if (last?.openMs !== openMs) merged.push({ ...minute, openMs });
      else merge(last, minute);
    }
    return merged.map((candle) => ({
      coin: instrument.name,
      openMs: candle.openMs,
      closeMs: candle.openMs + lengthMs - 1,
      interval,
      open: instrument.pxText(candle.open),
      close: instrument.pxText(candle.close),
      high: instrument.pxText(candle.high),
      low: instrument.pxText(candle.low),
      volume: instrument.szText(candle.lots),
      trades: candle.trades,
    }));
  }
}

function merge(into: MinuteCandle, minute: MinuteCandle): void {
  into.close = minute.close;
  into.high = Math.max(into.high, minute.high);
  into.low = Math.min(into.low, minute.low);
  into.lots += minute.lots;
  into.trades += minute.trades;
}
