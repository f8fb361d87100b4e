import { ManualTime } from '@argosy/testing';
import { LineFile, LOG_BUFFER_CHARS_MAX, type LineOutput } from './line-file.js';

const errorOf = (code: string): Error => Object.assign(new Error(`${code}: write`), { code });

/** An output with so much room, as a disk has; `error` says why no more goes in. */
class Room implements LineOutput {
  text = '';
  asked = 0;
  isClosed = false;
  error = errorOf('ENOSPC');
  readonly pending: (() => void)[] = [];

  constructor(public left = Infinity) {}

  write(bytes: Uint8Array, from: number, done: (error: Error | null, written: number) => void): void {
    this.pending.push(() => {
      const written = this.put(bytes, from);
      if (written === 0) done(this.error, 0);
      else done(null, written);
    });
  }
  writeSync(bytes: Uint8Array, from: number): number {
    const written = this.put(bytes, from);
    if (written === 0) throw this.error;
    return written;
  }
  close(): void {
    this.isClosed = true;
  }
  /** The operating system answers everything that it was asked so far, and what comes of it. */
  answer(): void {
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) next();
  }
  private put(bytes: Uint8Array, from: number): number {
    this.asked += 1;
    const part = bytes.subarray(from, from + Math.min(this.left, bytes.byteLength - from));
    this.left -= part.byteLength;
    this.text += Buffer.from(part).toString();
    return part.byteLength;
  }
}

function aFile(left?: number) {
  const time = new ManualTime();
  const room = new Room(left);
  const lost: [number, string][] = [];
  const file = new LineFile(room, { timers: time.timers, onLost: (lines, reason) => lost.push([lines, reason]) });
  const later = (): void => {
    time.advance(100);
    room.answer();
  };
  return { file, room, lost, later };
}

describe('LineFile', () => {
  it('gathers lines, and writes what waits after a tenth of a second', () => {
    const { file, room, later } = aFile();
    file.write('a\n');
    file.write('b\n');
    expect(room.asked).toBe(0);
    later();
    expect([room.text, room.asked]).toEqual(['a\nb\n', 1]);
  });

  it('writes at once what is much', () => {
    const { file, room } = aFile();
    file.write(`${'x'.repeat(5_000)}\n`);
    room.answer();
    expect(room.text).toHaveLength(5_001);
  });

  it('F-14 a full disk holds nobody up in a flush: the lines are lost, counted and told of', () => {
    const { file, lost } = aFile(0);
    file.write('a\n');
    file.write('b\n');
    file.flush();
    expect(lost).toEqual([[2, 'ENOSPC: write']]);
  });

  it('F-14 asks a full disk once for each gathering, and goes on when there is room again', () => {
    const { file, room, lost, later } = aFile(0);
    file.write('a\n');
    later();
    later();
    expect([room.asked, lost]).toEqual([1, [[1, 'ENOSPC: write']]]);
    room.left = 100;
    file.write('b\n');
    later();
    expect(room.text).toBe('b\n');
  });

  it.each([
    ['a flush', true],
    ['a write', false],
  ])('F-14 after %s that ended within a line, the next begins on a line of its own', (_how, isFlush) => {
    const { file, room, lost, later } = aFile(5);
    for (const line of ['one\n', 'two\n', 'three\n']) file.write(line);
    if (isFlush) file.flush();
    else later();
    expect([room.text, lost]).toEqual(['one\nt', [[2, 'ENOSPC: write']]]);
    room.left = 100;
    file.write('four\n');
    file.flush();
    expect(room.text).toBe('one\nt\nfour\n');
  });

  it('leaves what a busy pipe does not take in a flush to later, and loses nothing', () => {
    const { file, room, lost, later } = aFile(2);
    room.error = errorOf('EAGAIN');
    file.write('one\n');
    file.flush();
    room.left = 0;
    later();
    room.left = 100;
    later();
    expect([room.text, lost]).toEqual(['one\n', []]);
  });

  it('is bounded: what a standing output does not take is lost', () => {
    const { file, lost } = aFile();
    const line = `${'x'.repeat(1_048_575)}\n`;
    for (let at = 0; at <= LOG_BUFFER_CHARS_MAX / line.length + 1; at += 1) file.write(line);
    expect(lost).toEqual([[1, 'the output does not keep up']]);
  });

  it('closes its output only when nothing is under way any more', () => {
    const { file, room } = aFile();
    file.write(`${'x'.repeat(5_000)}\n`);
    file.write('last\n');
    file.end();
    expect(room.isClosed).toBe(false);
    room.answer();
    expect([room.isClosed, room.text.includes('last\n')]).toEqual([true, true]);
  });
});
