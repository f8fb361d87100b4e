import {
  type AccountId,
  accountId,
  type Amount,
  type Clock,
  Fault,
  type Fill,
  type FundingPayment,
  type Instrument,
  parseAmount,
  type TimeNs,
  type Venue,
  type VenueOrderId,
  venueOrderId,
} from '@argosy/domain';
import { A_MOMENT, anInstrument } from '@argosy/testing';
import {
  type BurnAnswer,
  type CancelAnswer,
  type Cancellation,
  type DeadManAnswer,
  NO_RATE_LIMITS,
  type PlaceAnswer,
  type Placement,
  type TradingHandlers,
  TradingVenue,
  type Transfer,
  type VenueAccountState,
  type VenueFence,
  type VenueOrderReport,
  type VenueTimeSample,
} from '@argosy/venue-port';

type Answered<T> = T | Fault | Promise<T>;

/** A venue that says what the spec tells it to, and remembers what reached it. */
export class ScriptedVenue extends TradingVenue {
  override readonly venue: Venue = 'hyperliquid';
  override readonly accountId: AccountId = accountId('main');
  connected = false;

  constructor(private readonly clock: Clock) {
    super();
  }

  readonly placed: Placement[] = [];
  readonly cancelled: Cancellation[] = [];
  queries = 0;
  handlers: TradingHandlers | undefined;
  /** Next answers, in order; without one an order works and a cancel succeeds. */
  readonly placeAnswers: Answered<PlaceAnswer>[] = [];
  readonly cancelAnswers: Answered<CancelAnswer>[] = [];
  status: Answered<VenueOrderReport | undefined> = undefined;
  listed: readonly VenueOrderReport[] = [];
  fills: readonly Fill[] = [];
  fundings: readonly FundingPayment[] = [];
  /** Every read of the account fails with it while set. */
  down: Fault | undefined;
  state: VenueAccountState = {
    equity: parseAmount('100000'),
    cash: parseAmount('100000'),
    rawCash: parseAmount('100000'),
    marginUsed: 0n as Amount,
    positions: [],
    venueTimeNs: A_MOMENT,
  };
  instrumentList: readonly Instrument[] = [anInstrument()];
  readonly sinceAsked: TimeNs[] = [];
  private orders = 1_000;

  /** The stream's first picture, as a venue sends it when subscribed. */
  onStart: (handlers: TradingHandlers) => void = () => undefined;

  override start(handlers: TradingHandlers): Promise<void> {
    this.handlers = handlers;
    this.connected = true;
    this.onStart(handlers);
    return Promise.resolve();
  }

  override stop(): Promise<void> {
    this.connected = false;
    return Promise.resolve();
  }

  override place(placements: readonly Placement[]): Promise<readonly PlaceAnswer[]> {
    this.placed.push(...placements);
    this.orders += 1;
    const working = { outcome: 'working', venueOrderId: venueOrderId(String(this.orders)) } as const;
    return answers(this.placeAnswers.shift() ?? working);
  }

  override cancel(cancellations: readonly Cancellation[]): Promise<readonly CancelAnswer[]> {
    this.cancelled.push(...cancellations);
    return Promise.all(
      cancellations.map(async () => {
        const [answer] = await answers(this.cancelAnswers.shift() ?? ({ outcome: 'cancelled' } as const));
        return answer ?? { outcome: 'in_doubt', reason: 'not scripted' };
      }),
    );
  }

  override async orderStatus(): Promise<VenueOrderReport | undefined> {
    this.queries += 1;
    const [status] = await answers(this.status);
    return status;
  }

  override readonly fence: VenueFence = {
    requestExpiry: 'per_request',
    expiryMsMin: 0,
    nonceBurn: true,
    deadMan: {
      scope: 'account',
      aheadMsMin: 5_000,
      firingsADayMax: 10,
      volumeMin: '0',
      firedWord: 'scheduledCancel',
    },
    orderIdentity: 'unique_for_ever',
    visibilityLagMs: 2_000,
    fillIdentity: ['tid'],
    rateLimits: NO_RATE_LIMITS,
  };
  readonly burnt: bigint[] = [];
  /** Next answers to a burn, in order; without one it is not answered, as if the venue offered none. */
  readonly burnAnswers: Answered<BurnAnswer>[] = [];

  override async burnNonce(nonce: bigint): Promise<BurnAnswer> {
    this.burnt.push(nonce);
    const unanswered = new Fault('OUTCOME_UNKNOWN', 'the burn was not answered');
    const [answer] = await answers(this.burnAnswers.shift() ?? unanswered);
    return answer ?? 'already_used';
  }
  /** Moments the dead-man switch was set to; undefined: let go. */
  readonly armed: (number | undefined)[] = [];
  override armDeadMan(atVenueMs: number | undefined): Promise<DeadManAnswer> {
    this.armed.push(atVenueMs);
    return Promise.resolve({ outcome: atVenueMs === undefined ? 'disarmed' : 'armed' });
  }
  override serverTime(): Promise<VenueTimeSample> {
    const nowMs = this.clock.monotonicMs();
    const venueMs = Number(this.clock.now() / 1_000n) / 1_000;
    return this.read({ sentMonotonicMs: nowMs, receivedMonotonicMs: nowMs, venueMs, stampAgeMsMax: 0 });
  }
  override requestAllowance(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  override instruments(): Promise<readonly Instrument[]> {
    return this.read(this.instrumentList);
  }
  override openOrders(): Promise<readonly VenueOrderReport[]> {
    return this.read(this.listed);
  }
  override fillsSince(since: TimeNs): Promise<readonly Fill[]> {
    this.sinceAsked.push(since);
    return this.read(this.fills.filter((fill) => fill.venueTimeNs >= since));
  }
  override fundingSince(since: TimeNs): Promise<readonly FundingPayment[]> {
    return this.read(this.fundings.filter((payment) => payment.venueTimeNs >= since));
  }
  /** Undefined: a venue that tells of none. */
  transfers: readonly Transfer[] | undefined;
  transfersAsked = 0;
  override transfersSince(since: TimeNs): Promise<readonly Transfer[] | undefined> {
    this.transfersAsked += 1;
    return this.read(this.transfers?.filter(({ venueTimeNs }) => venueTimeNs >= since));
  }
  override accountState(): Promise<VenueAccountState> {
    return this.read(this.state);
  }

  lastId(): VenueOrderId {
    return venueOrderId(String(this.orders));
  }

  private read<T>(value: T): Promise<T> {
    return this.down === undefined ? Promise.resolve(value) : Promise.reject(this.down);
  }
}

async function answers<T>(said: Answered<T>): Promise<readonly T[]> {
  const answer = await said;
  if (answer instanceof Fault) throw answer;
  return [answer];
}
