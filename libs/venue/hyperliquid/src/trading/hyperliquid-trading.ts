import {
  type AccountId,
  type ClientOrderId,
  Fault,
  type Fill,
  type FundingPayment,
  type Instrument,
  type InstrumentId,
  type TimeNs,
  type Timer,
  type Venue,
  type VenueOrderId,
} from '@argosy/domain';
import {
  type BurnAnswer,
  type CancelAnswer,
  type Cancellation,
  type DeadManAnswer,
  type PlaceAnswer,
  type Placement,
  type RequestAllowance,
  type RequestKind,
  type TradingHandlers,
  TradingVenue,
  type Transfer,
  type VenueAccountState,
  type VenueFence,
  type VenueOrderReport,
  type VenueTimeSample,
} from '@argosy/venue-port';
import {
  address,
  ANSWER_TIMEOUT_MS,
  checkNetwork,
  connectionSettings,
  type ConnectionSettings,
  FRAME_BYTES_MAX,
  type HyperliquidPorts,
  type HyperliquidTradingConfig,
  setting,
} from '../config.js';
import { InstrumentDirectory } from '../instrument-directory.js';
import { ActionSigner } from '../signing/action-signer.js';
import type { PackValue } from '../signing/message-pack.js';
import { SigningKey } from '../signing/signing-key.js';
import { InfoClient } from '../transport/info-client.js';
import { RefusalLog } from '../transport/refusal-log.js';
import { VenueSocket } from '../transport/venue-socket.js';
import type { AccountView } from '../wire/account-records.js';
import {
  type ActionAnswer,
  type NoteTrouble,
  parseCancelAnswer,
  parseCommandAnswer,
  parsePlaceAnswer,
} from '../wire/action-answers.js';
import { proofOf } from '../wire/answer-table.js';
import { record, shown, whole } from '../wire/field.js';
import { parseFrame, type Readable, readable } from '../wire/frame.js';
import { AccountQueries } from './account-queries.js';
import { ActionRequests, IN_FLIGHT_MAX, IN_FLIGHT_ORDERS_MAX } from './action-requests.js';
import { cancelByCloidAction, noopAction, orderAction, scheduleCancelAction, updateLeverageAction } from './actions.js';
import { BATCH_MAX, HYPERLIQUID_FENCE } from './fence.js';
import { inBatches, legAnswers } from './batches.js';
import { PrivateStream } from './private-stream.js';

const NS_PER_MS = 1_000_000n;
const REASON_CHARACTERS = 200;
/** A block's time is told until the next block. Blocks come several a second; that none takes longer is our estimate. */
const BLOCK_AGE_MS_MAX = 250;
const NONCE_GONE = /duplicate nonce|nonce too low|nonce\b.*(already used|below|smallest|is not above)/i;
const ANSWER_TIMEOUT_MS_MIN = 100;
const ANSWER_TIMEOUT_MS_MAX = 30_000;

const NO_HANDLERS: TradingHandlers = {
  onOrder: () => undefined,
  onFill: () => undefined,
  onFunding: () => undefined,
  onConnected: () => undefined,
  onDisconnected: () => undefined,
  onUnknown: () => undefined,
};

interface Dispatch {
  readonly instrument: Instrument;
  readonly nonce: bigint;
  readonly expiresAt: TimeNs;
}

/** A batch lives as long as its shortest member and spends the nonce of its first. */
function envelope(batch: readonly Dispatch[]): { readonly nonce: bigint; readonly expiresAfterMs: bigint } {
  const [first] = batch;
  const expiresAt = batch.reduce(
    (soonest, each) => (each.expiresAt < soonest ? each.expiresAt : soonest),
    (first as Dispatch).expiresAt,
  );
  return { nonce: (first as Dispatch).nonce, expiresAfterMs: expiresAt / NS_PER_MS };
}

/** The venue's own words; one that it has not used yet is `other`, and the switch is absent all the same. */
function whyNotArmed(reason: string): Extract<DeadManAnswer, { outcome: 'refused' }>['cause'] {
  if (/enough volume/i.test(reason)) return 'volume_required';
  if (/too early|at least 5 s/i.test(reason)) return 'too_soon';
  return /trigger|per day|today/i.test(reason) ? 'day_limit' : 'other';
}

/** One trading account at Hyperliquid: orders over one websocket, the account's own streams on the same one. */
export class HyperliquidTrading extends TradingVenue {
  override readonly venue: Venue = 'hyperliquid';
  override readonly accountId: AccountId;
  override readonly fence: VenueFence;
  /** Who signs: the wallet itself or an agent it approved. */
  readonly signerAddress: string;
  private readonly settings: ConnectionSettings;
  private readonly directory: InstrumentDirectory;
  private readonly socket: VenueSocket;
  private readonly requests: ActionRequests;
  private readonly stream: PrivateStream;
  private readonly queries: AccountQueries;
  private readonly refusals: RefusalLog;
  private handlers: TradingHandlers = NO_HANDLERS;
  private subscribing: Timer | undefined;

  /** @throws RangeError for a setting out of its bounds, or a network that contradicts an official host. */
  constructor(
    config: HyperliquidTradingConfig,
    private readonly ports: HyperliquidPorts,
  ) {
    super();
    this.settings = connectionSettings(config);
    checkNetwork(config.network, [this.settings.apiUrl, this.settings.wsUrl]);
    this.accountId = config.accountId;
    this.fence = { ...HYPERLIQUID_FENCE, rateLimits: config.rateLimits ?? HYPERLIQUID_FENCE.rateLimits };
    const vault = config.vaultAddress === undefined ? undefined : address('vaultAddress', config.vaultAddress);
    const user = vault ?? address('walletAddress', config.walletAddress);
    const key = new SigningKey(config.privateKey);
    this.signerAddress = key.address;
    const { timers, logger } = ports;
    const info = new InfoClient(ports.http, {
      apiUrl: this.settings.apiUrl,
      timeoutMs: this.settings.requestTimeoutMs,
      onLimited: (reason, retryAfterMs) =>
        this.handlers.onTrouble?.({
          kind: 'rate_limited',
          reason,
          request: 'read',
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        }),
    });
    this.directory = new InstrumentDirectory(info, ports, this.settings.knownInstruments);
    const view: AccountView = {
      accountId: config.accountId,
      user,
      instrumentOf: (coin) => this.instrumentOf(coin),
    };
    this.queries = new AccountQueries(info, user, view, (description) => this.handlers.onUnknown(description));
    this.stream = new PrivateStream(user, view, () => this.handlers);
    this.refusals = new RefusalLog(logger, 'frame_refused');
    const answerTimeoutMs = config.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    this.requests = new ActionRequests({
      answerTimeoutMs: setting('answerTimeoutMs', answerTimeoutMs, ANSWER_TIMEOUT_MS_MIN, ANSWER_TIMEOUT_MS_MAX),
      timers,
      signer: new ActionSigner(key, config.network, vault),
      send: (text) => this.socket.send(text),
      onSilence: () => this.socket.suspect(),
    });
    const { wsUrl: url, pingIntervalMs, pongTimeoutMs, connectTimeoutMs } = this.settings;
    this.socket = new VenueSocket(
      { url, pingIntervalMs, pongTimeoutMs, connectTimeoutMs, maxFrameBytes: FRAME_BYTES_MAX },
      ports,
      {
        onOpen: () => this.onOpen(),
        onMessage: (text) => this.onMessage(text),
        onDown: (reason) => this.onDown(reason),
      },
    );
  }

  override instruments(): Promise<readonly Instrument[]> {
    return this.directory.load();
  }

  override async start(handlers: TradingHandlers): Promise<void> {
    await this.directory.ready();
    this.handlers = handlers;
    this.directory.watch(this.ports.timers, this.settings.instrumentRefreshMs, (instrument) => {
      this.ports.logger.info('instrument_changed', {
        instrumentId: instrument.id,
        version: instrument.version,
        status: instrument.status,
      });
    });
    this.socket.start();
  }

  override async stop(): Promise<void> {
    this.socket.stop();
    this.directory.stop();
    this.handlers = NO_HANDLERS;
    await Promise.resolve();
  }

  /** The socket is open and every stream of the account is acknowledged. */
  override get connected(): boolean {
    return this.socket.isOpen && this.stream.isComplete;
  }

  /** At most `BATCH_MAX` of one account. Beyond the port's faults: VENUE_REFUSED for what cannot be written as an order. */
  override async place(placements: readonly Placement[]): Promise<readonly PlaceAnswer[]> {
    if (placements.length === 0) return [];
    const assets = this.assetsOf(placements);
    const legs = placements.map(({ clientOrderId, intent }) => ({ cloid: clientOrderId, quantity: intent.quantity }));
    const response = await this.requests.send(
      { action: this.orders(placements, assets), ...envelope(placements) },
      IN_FLIGHT_ORDERS_MAX,
    );
    return this.answersOf(
      readable(() => parsePlaceAnswer(response, legs, this.noteOf('order'))),
      'place',
    );
  }

  /** Any number, in batches that all leave in this tick. */
  override async cancel(cancellations: readonly Cancellation[]): Promise<readonly CancelAnswer[]> {
    if (cancellations.length === 0) return [];
    const listed = cancellations.filter(({ instrument }) => this.directory.catalogue.find(instrument.id) !== undefined);
    // One instrument that the venue no longer lists must not keep the other orders alive; alone, it is refused.
    const sent = listed.length === 0 ? cancellations : listed;
    const batches = inBatches(sent, BATCH_MAX).map((batch) => ({
      size: batch.length,
      answers: this.cancelBatch(batch),
    }));
    const answers = new Map((await legAnswers(batches)).map((answer, index) => [sent[index], answer] as const));
    return cancellations.map((each) => answers.get(each) ?? { outcome: 'rejected', reason: 'not listed any more' });
  }

  override async burnNonce(nonce: bigint): Promise<BurnAnswer> {
    try {
      await this.command(noopAction(), nonce, 'noop');
      return 'burnt';
    } catch (error) {
      const reason = error instanceof Fault ? error.message : '';
      // A nonce too low can no more be used than a spent one, and nobody knows any more which it is.
      if (NONCE_GONE.test(reason)) return 'already_used';
      throw error;
    }
  }

  /** The venue's dead-man switch, `scheduleCancel`: all orders of the account, at least 5 s ahead. */
  override async armDeadMan(atVenueMs: number | undefined, nonce: bigint): Promise<DeadManAnswer> {
    try {
      await this.command(scheduleCancelAction(atVenueMs), nonce, 'scheduleCancel');
      return { outcome: atVenueMs === undefined ? 'disarmed' : 'armed' };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'VENUE_REFUSED') throw error;
      return { outcome: 'refused', cause: whyNotArmed(error.message), reason: error.message };
    }
  }

  /** The block time by which the venue judges nonces and expiries. */
  override async serverTime(): Promise<VenueTimeSample> {
    const sentMonotonicMs = this.ports.clock.monotonicMs();
    const venueMs = await this.queries.venueTimeMs();
    return {
      sentMonotonicMs,
      receivedMonotonicMs: this.ports.clock.monotonicMs(),
      venueMs,
      stampAgeMsMax: BLOCK_AGE_MS_MAX,
    };
  }

  override requestAllowance(): Promise<RequestAllowance> {
    return this.queries.requestAllowance();
  }

  async setLeverage(
    instrumentId: InstrumentId,
    leverage: { readonly times: number; readonly isCross: boolean },
    nonce: bigint,
  ): Promise<void> {
    const asset = this.assetOf(instrumentId);
    await this.command(updateLeverageAction(asset, leverage.isCross, leverage.times), nonce, 'updateLeverage');
  }

  override orderStatus(id: {
    readonly clientOrderId: ClientOrderId;
    readonly venueOrderId?: VenueOrderId;
  }): Promise<VenueOrderReport | undefined> {
    return this.queries.orderStatus(id.clientOrderId, id.venueOrderId);
  }

  override openOrders(): Promise<readonly VenueOrderReport[]> {
    return this.queries.openOrders();
  }

  override fillsSince(since: TimeNs): Promise<readonly Fill[]> {
    return this.queries.fillsSince(since);
  }

  override fundingSince(since: TimeNs): Promise<readonly FundingPayment[]> {
    return this.queries.fundingSince(since);
  }

  override transfersSince(since: TimeNs): Promise<readonly Transfer[]> {
    return this.queries.transfersSince(since);
  }

  override accountState(): Promise<VenueAccountState> {
    return this.queries.accountState();
  }

  private async cancelBatch(cancellations: readonly Cancellation[]): Promise<readonly CancelAnswer[]> {
    const action = cancelByCloidAction(cancellations, this.assetsOf(cancellations));
    const response = await this.requests.send({ action, ...envelope(cancellations) }, IN_FLIGHT_MAX);
    return this.answersOf(
      readable(() => parseCancelAnswer(response, cancellations.length, this.noteOf('cancel'))),
      'cancel',
    );
  }

  private noteOf(request: RequestKind): NoteTrouble {
    return (kind, reason) => {
      this.refusals.note(`${kind}: ${reason}`);
      this.handlers.onTrouble?.({ kind, request, reason: reason.slice(0, REASON_CHARACTERS) });
      if (kind === 'unlisted') this.handlers.onUnknown(`answer with an unlisted text: ${reason.slice(0, 200)}`);
    };
  }

  private async command(action: PackValue, nonce: bigint, name: string): Promise<void> {
    const response = await this.requests.send({ action, nonce }, IN_FLIGHT_MAX);
    const answers = this.answersOf(
      readable(() => parseCommandAnswer(response, this.noteOf('command'))),
      name,
    );
    const [refusal] = answers;
    if (refusal !== undefined && refusal !== 'done') throw new Fault('VENUE_REFUSED', `${name}: ${refusal.refused}`);
  }

  private instrumentOf(coin: string): InstrumentId | undefined {
    const listing = this.directory.catalogue.findCoin(coin);
    // It may have been listed since we last looked; the next sweep will know it.
    if (listing === undefined) this.directory.hint();
    return listing?.instrument.id;
  }

  private assetOf(instrumentId: InstrumentId): number {
    const listing = this.directory.catalogue.find(instrumentId);
    if (listing === undefined)
      throw new Fault('VENUE_REFUSED', `the venue does not list '${instrumentId}'; nothing was sent`);
    return listing.asset;
  }

  private assetsOf(batch: readonly Dispatch[]): readonly number[] {
    if (batch.length > BATCH_MAX)
      throw new Fault(
        'VENUE_REFUSED',
        `a batch of ${String(batch.length)}, at most ${String(BATCH_MAX)}; nothing was sent`,
      );
    return batch.map(({ instrument }) => this.assetOf(instrument.id));
  }

  private orders(placements: readonly Placement[], assets: readonly number[]): PackValue {
    try {
      return orderAction(placements, assets);
    } catch (error) {
      if (error instanceof RangeError)
        throw new Fault('VENUE_REFUSED', `${error.message}; nothing was sent`, { cause: error });
      throw error;
    }
  }

  private answersOf<T>(answer: Readable<ActionAnswer<T>>, what: string): readonly T[] {
    if (!answer.ok) {
      this.handlers.onUnknown(`answer to ${what}: ${answer.reason}`);
      throw new Fault('OUTCOME_UNKNOWN', `${what}: unreadable answer: ${answer.reason}`);
    }
    if (answer.value.kind === 'rate_limited') throw new Fault('VENUE_RATE_LIMITED', `${what}: ${answer.value.reason}`);
    if (answer.value.kind === 'unknown') throw new Fault('OUTCOME_UNKNOWN', `${what}: ${answer.value.reason}`);
    return answer.value.answers;
  }

  private onOpen(): void {
    for (const message of this.stream.subscribe()) this.socket.send(message);
    this.subscribing = this.ports.timers.after(this.settings.connectTimeoutMs, () =>
      this.socket.reconnect('streams not acknowledged'),
    );
  }

  private onDown(reason: string): void {
    this.subscribing?.cancel();
    this.stream.reset();
    this.requests.onDown(reason);
    this.handlers.onDisconnected(reason);
  }

  private onMessage(message: string): void {
    const frame = readable(() => parseFrame(message));
    if (!frame.ok) return this.unknown(frame.reason);
    const { channel, data } = frame.value;
    if (channel === 'pong') return this.socket.pong();
    if (channel === 'greeting') return;
    if (channel === 'post') return this.onAnswer(data);
    if (channel === 'error') return this.onError(typeof data === 'string' ? data : shown(data));
    if (channel === 'subscriptionResponse') return this.onAcknowledged(data);
    if (!this.stream.onFrame(channel, data)) this.unknown(`unknown channel '${channel.slice(0, 40)}'`);
  }

  private onAcknowledged(data: unknown): void {
    if (!this.stream.onAcknowledged(data)) return;
    this.subscribing?.cancel();
    this.handlers.onConnected();
  }

  private onAnswer(data: unknown): void {
    const answer = readable(() => {
      const row = record(data, 'post');
      return { id: whole(row['id'], 'id'), response: row['response'] };
    });
    if (!answer.ok) return this.unknown(`post: ${answer.reason}`);
    const kind = this.requests.onAnswer(answer.value.id, answer.value.response);
    if (kind === 'late') this.ports.logger.warning('late_answer', { id: answer.value.id });
    if (kind === 'foreign') this.unknown(`answer to a request nobody made: id ${String(answer.value.id)}`);
  }

  private onError(text: string): void {
    const { proof, trouble } = proofOf(text, 'request');
    if (proof === 'limited' && trouble !== undefined)
      this.handlers.onTrouble?.({ kind: trouble, reason: text.slice(0, REASON_CHARACTERS) });
    if (!this.requests.onError(text)) this.unknown(`venue error: ${text.slice(0, 200)}`);
  }

  private unknown(description: string): void {
    this.refusals.note(description);
    this.handlers.onUnknown(description);
  }
}
