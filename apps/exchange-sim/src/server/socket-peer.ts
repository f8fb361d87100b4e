import type { Peer } from '@argosy/exchange-wire';
import { WebSocket } from 'ws';

/** A client this far behind is cut off: it can come back and be given the present, not the past. */
const SEND_BUFFER_BYTES_MAX = 8 * 1_048_576;

/** The other end of one websocket, with a limit on what may wait for it. */
export class SocketPeer implements Peer {
  constructor(
    private readonly socket: WebSocket,
    private readonly bufferBytesMax = SEND_BUFFER_BYTES_MAX,
  ) {}

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Sends, or cuts off a client that has let too much pile up. */
  send(text: string): void {
    if (!this.isOpen) return;
    if (this.socket.bufferedAmount > this.bufferBytesMax) this.socket.terminate();
    else this.socket.send(text);
  }

  close(code: number, reason: string): void {
    if (this.isOpen) this.socket.close(code, reason);
  }
}
