/**
 * The machine behind the ports: its clocks, timers, randomness, disk and sockets. The only lib that may touch those
 * globals, so that everything else runs unchanged under virtual ones. It refuses to hold any rule of the fleet.
 */
export { SystemClock } from './system-clock.js';
export { SystemTimers } from './system-timers.js';
export { SystemRandom } from './system-random.js';
export { SeededRandom } from './seeded-random.js';
export { nextTurn } from './next-turn.js';
export { DISK_LIMITS, NodeDisk } from './node-disk.js';
export { type HttpClientOptions, UndiciHttpClient } from './undici-http-client.js';
export { NodeWebSocketClient, type WebSocketClientOptions } from './node-web-socket-client.js';
export { HmacSha256 } from './hmac-sha256.js';
