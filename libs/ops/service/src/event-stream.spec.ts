import { bookCodec, subjects } from '@argosy/contracts';
import { ok } from '@argosy/domain';
import { SilentMetrics } from '@argosy/platform-port';
import { aBook, InMemoryBroker, InMemoryBus, ManualTime, settled } from '@argosy/testing';
import type { BooksService } from './books.service.js';
import { EventStream, type StreamClient, STREAM_WAITING_BYTES_MAX } from './event-stream.js';
import { ReadCache } from './read-cache.js';
import type { StatusService } from './status.service.js';

class Viewer implements StreamClient {
  waitingBytes = 0;
  text = '';
  ended = false;
  write(text: string): void {
    this.text += text;
  }
  end(): void {
    this.ended = true;
  }
}

function aStream() {
  const time = new ManualTime();
  const bus = new InMemoryBus(new InMemoryBroker(time.clock, time.timers));
  const cache = new ReadCache(time.clock);
  const status = {
    invalidate: () => undefined,
    current: () => Promise.resolve({ role: 'primary' }),
  } as unknown as StatusService;
  const books = { pnl: () => Promise.resolve(ok({ rows: [] })) } as unknown as BooksService;
  const stream = new EventStream(
    bus,
    { status, books, cache, clock: time.clock, timers: time.timers },
    2,
    new SilentMetrics(),
  );
  stream.start();
  return { time, bus, cache, stream };
}

describe('EventStream', () => {
  it('lets go of a viewer that does not keep up, and nobody else notices (I-46)', () => {
    const { time, stream } = aStream();
    const [slow, quick] = [new Viewer(), new Viewer()];
    stream.add(slow, new Set(['book']));
    stream.add(quick, new Set(['book']));
    expect(stream.isFull).toBe(true);
    slow.waitingBytes = STREAM_WAITING_BYTES_MAX + 1;
    time.advance(10_000);
    expect({ slow: slow.ended, quick: quick.ended }).toEqual({ slow: true, quick: false });
    expect(quick.text).toContain(': heartbeat');
    expect(stream.isFull).toBe(false);
  });

  it('sends the newest top of each book a few times a second, and leaves books out before orders', async () => {
    const { time, bus, stream } = aStream();
    const [quick, behind] = [new Viewer(), new Viewer()];
    stream.add(quick, new Set(['book']));
    stream.add(behind, new Set(['book']));
    behind.waitingBytes = 20_000;
    for (let at = 0; at < 50; at += 1)
      bus.publish(subjects.marketBook('hyperliquid', 'BTC-PERP'), bookCodec, aBook({}));
    await settled();
    time.advance(250);
    expect(quick.text.match(/event: book/g)).toHaveLength(1);
    expect(behind.text).not.toContain('event: book');
    expect(behind.ended).toBe(false);
  });

  it('sends only what was asked for', async () => {
    const { time, stream } = aStream();
    const viewer = new Viewer();
    const leave = stream.add(viewer, new Set(['pnl']));
    await time.advanceAsync(5_000);
    expect(viewer.text).toContain('event: pnl\ndata: {"rows":[]}');
    expect(viewer.text).not.toContain('event: status');
    leave();
    const { text } = viewer;
    await time.advanceAsync(5_000);
    expect(viewer.text).toBe(text);
  });

  it('ends every viewer when it stops', () => {
    const { time, stream } = aStream();
    const viewer = new Viewer();
    stream.add(viewer, new Set(['book']));
    stream.stop();
    expect(viewer.ended).toBe(true);
    expect(time.pending).toBe(0);
  });
});

describe('ReadCache', () => {
  it('asks once for everybody, forgets after a tenth of a second and with every change', async () => {
    const time = new ManualTime();
    const cache = new ReadCache(time.clock);
    let made = 0;
    const make = () => Promise.resolve(ok({ made: (made += 1) }));
    const both = await Promise.all([cache.serve('/a', make), cache.serve('/a', make)]);
    expect(both.map(({ body }) => body)).toEqual(['{"made":1}\n', '{"made":1}\n']);
    expect(cache.peek('/a')?.body).toBe('{"made":1}\n');
    time.advance(100);
    expect(cache.peek('/a')).toBeUndefined();
    await cache.serve('/a', make);
    cache.invalidate();
    expect(cache.peek('/a')).toBeUndefined();
  });

  it('does not keep what was asked before a change and answered after it', async () => {
    const time = new ManualTime();
    const cache = new ReadCache(time.clock);
    let answer: (value: { readonly ok: true; readonly value: unknown }) => void = () => undefined;
    const asked = cache.serve('/a', () => new Promise((resolve) => (answer = resolve)));
    cache.invalidate();
    answer(ok('old'));
    expect((await asked).body).toBe('"old"\n');
    expect(cache.peek('/a')).toBeUndefined();
  });
});
