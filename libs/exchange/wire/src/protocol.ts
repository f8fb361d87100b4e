/** One HTTP request as a protocol sees it, whatever carried it here. */
export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Whose limits the request counts against: an IP address, or any other name of a caller. One caller when absent. */
  readonly from?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** JSON when absent. */
  readonly contentType?: string;
  /** In place of this answer: nothing at all, or the end of the connection. */
  readonly cut?: 'silence' | 'reset';
  /** Further headers, lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The other end of one websocket. */
export interface Peer {
  readonly isOpen: boolean;
  /** Sends, or cuts off a client that has let too much pile up. Nothing happens on a closed peer. */
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** What a protocol wants to hear of one of its sockets. */
export interface SocketHandlers {
  onMessage(text: string): void;
  onClose(): void;
}

/** One protocol: requests and sockets. A server with real sockets and one in memory bind the same thing. */
export interface WebProtocol {
  answer(call: HttpCall): HttpAnswer | Promise<HttpAnswer>;
  /** Undefined refuses the upgrade. */
  accept(path: string, query: URLSearchParams, peer: Peer, from?: string): SocketHandlers | undefined;
}

/** Plain text with a status. */
export const plainAnswer = (status: number, body: string): HttpAnswer => ({
  status,
  body,
  contentType: 'text/plain; charset=utf-8',
});
