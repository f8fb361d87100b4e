/** The two streams and what they can show. Only `main.ts` makes one. */
export interface Terminal {
  /** Results: what a pipe carries on. */
  out(text: string): void;
  /** Everything said on the way. */
  err(text: string): void;
  /** Whether standard output is a screen. */
  readonly isScreen: boolean;
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly colour: Painter;
  /** Calls back when the screen changes its size, or a key is pressed; for the live view only. */
  onResize(listener: () => void): () => void;
  onKey(listener: (key: string) => void): () => void;
}

export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'plain';
export type Painter = (tone: Tone, text: string) => string;

export const plainPainter: Painter = (_tone, text) => text;
