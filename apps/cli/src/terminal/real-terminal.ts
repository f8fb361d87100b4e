import pc from 'picocolors';
import type { ReadStream, WriteStream } from 'node:tty';
import { type Painter, plainPainter, type Terminal, type Tone } from './terminal.js';

const SMALL = { columns: 80, rows: 24 };
const TONES: Readonly<Record<Tone, (text: string) => string>> = {
  good: pc.green,
  bad: pc.red,
  warn: pc.yellow,
  dim: pc.dim,
  strong: pc.bold,
  plain: (text) => text,
};

const coloured: Painter = (tone, text) => (text === '' ? text : TONES[tone](text));

/** The terminal of this process. Colour where both streams are screens and nobody said NO_COLOR. */
export function realTerminal(
  stdout: WriteStream,
  stderr: WriteStream,
  stdin: ReadStream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isScreen = stdout.isTTY;
  const hasColour = pc.isColorSupported && (env['FORCE_COLOR'] !== undefined || (isScreen && stderr.isTTY));
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isScreen,
    size: () => (isScreen ? { columns: stdout.columns, rows: stdout.rows } : SMALL),
    colour: hasColour ? coloured : plainPainter,
    onResize: (listener) => {
      stdout.on('resize', listener);
      return () => void stdout.off('resize', listener);
    },
    onKey: (listener) => {
      if (!stdin.isTTY) return () => undefined;
      const onData = (data: Buffer): void => listener(data.toString('utf8'));
      stdin.setRawMode(true);
      stdin.on('data', onData);
      stdin.resume();
      return () => {
        stdin.off('data', onData);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
  };
}
