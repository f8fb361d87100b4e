import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { StringDecoder } from 'node:string_decoder';

export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

export interface EventSourceHandlers {
  onEvent(event: ServerEvent): void;
  /** Exactly once: the stream has ended, or never began. */
  onEnd(reason: string): void;
}

/** An event longer than this is not one of ours. */
const BUFFER_MAX = 4 * 1024 * 1024;
/** Twice the gateway's heartbeat: who is silent longer is gone. */
const SILENCE_MS_MAX = 21_000;

/** Takes text as it arrives and gives whole events; pure but for what it holds back. */
export class EventReader {
  #rest = '';

  read(text: string): readonly ServerEvent[] {
    this.#rest = (this.#rest + text).replaceAll('\r\n', '\n');
    const blocks = this.#rest.split('\n\n');
    this.#rest = blocks.pop() ?? '';
    if (this.#rest.length > BUFFER_MAX) throw new Error('an event is longer than any of ours');
    return blocks.flatMap((block) => eventOf(block));
  }
}

function eventOf(block: string): readonly ServerEvent[] {
  const lines = block.split('\n');
  const field = (name: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart());
  const data = field('data').join('\n');
  if (data === '') return [];
  try {
    return [{ name: field('event').at(-1) ?? 'message', data: JSON.parse(data) as unknown }];
  } catch {
    return [];
  }
}

/** Opens a stream of server-sent events; returns what ends it. */
export function openEvents(
  url: string,
  headers: Readonly<Record<string, string>>,
  handlers: EventSourceHandlers,
): () => void {
  let isOver = false;
  const end = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    asked.destroy();
    handlers.onEnd(reason);
  };
  const onAnswer = (answer: IncomingMessage): void => {
    if (answer.statusCode !== 200) return end(`the gateway answers ${String(answer.statusCode)}`);
    const decoder = new StringDecoder('utf8');
    const reader = new EventReader();
    answer.on('data', (chunk: Buffer) => {
      if (isOver) return;
      try {
        for (const event of reader.read(decoder.write(chunk))) handlers.onEvent(event);
      } catch (error) {
        end(error instanceof Error ? error.message : String(error));
      }
    });
    answer.on('end', () => end('the gateway ended the stream'));
    answer.on('error', (error) => end(error.message));
  };
  const asked = (url.startsWith('https:') ? secureRequest : request)(
    url,
    { headers: { accept: 'text/event-stream', ...headers } },
    onAnswer,
  );
  asked.setTimeout(SILENCE_MS_MAX, () => end('the gateway is silent'));
  asked.on('error', (error) => end(error.message));
  asked.end();
  return () => end('left');
}
