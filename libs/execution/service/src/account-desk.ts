import { type Instrument, nsToMs } from '@argosy/domain';
import type { AccountObservation } from '@argosy/contracts';
import { ClientOrderIds, type JournalState, Nonces } from '@argosy/execution-core';
import { AccountBook } from './account-book.js';
import type { AccountPorts } from './account-ports.js';
import { AccountRecorder } from './account-recorder.js';
import { AccountSession, type SessionParts } from './account-session.js';
import { CancellationFlow } from './cancellation.js';
import { DeadManKeeper } from './dead-man-keeper.js';
import { Egress } from './egress.js';
import { EventPublisher } from './event-publisher.js';
import type { AccountSettings, ExecutionSettings } from './execution-settings.js';
import { JournalWriter } from './journal-writer.js';
import { PlacementFlow } from './placement.js';
import { ReportIntake } from './report-intake.js';
import { Sweeper } from './sweeper.js';
import type { TradingGate } from './trading-gate.js';

/** Everything that trades one account under one leadership. */
export interface AccountDesk {
  readonly session: AccountSession;
  readonly placement: PlacementFlow;
  readonly cancellation: CancellationFlow;
  readonly intake: ReportIntake;
  readonly sweeper: Sweeper;
  readonly writer: JournalWriter;
  readonly deadMan: DeadManKeeper;
  readonly publisher: EventPublisher;
}

/** What a desk shares with the process that stood by before it. */
export interface DeskGround extends Pick<SessionParts, 'venue' | 'time' | 'health' | 'versions' | 'onNewerLeader'> {
  readonly account: AccountSettings;
  readonly settings: ExecutionSettings;
  readonly ports: AccountPorts;
  readonly gate: TradingGate;
  readonly instruments: readonly Instrument[];
  readonly onObserved: (observation: AccountObservation) => void;
}

/** The desk of this epoch, on what the journal holds; nothing of it runs yet. */
export function setUpDesk(ground: DeskGround, epoch: number, state: JournalState): AccountDesk {
  const { account, settings, ports, gate, time } = ground;
  const { accountId } = account;
  const publisher = new EventPublisher(
    accountId,
    state.publishedSequence,
    ports.journal,
    ports.bus,
    ports.clock,
    ports.timers,
    ports.logger,
  );
  const writer = new JournalWriter({ accountId, epoch }, ports, {
    queueLimit: settings.journalQueueLimit,
    onDurable: (events) => {
      publisher.offer(events);
    },
    onStaleEpoch: (fault) => {
      ground.onNewerLeader(fault.message);
    },
  });
  const session = setUpSession(ground, epoch, state, writer);
  const intake: ReportIntake = new ReportIntake(session, {
    fetchFills: () => {
      sweeper.fetchMissing();
    },
    cancel: (order, reason) => {
      cancellation.cancel(order, reason);
    },
  });
  const cancellation = new CancellationFlow(session, intake);
  const placement = new PlacementFlow(session, gate, () => writer.accepting);
  const sweeper: Sweeper = new Sweeper(session, intake, placement, ground.onObserved);
  const nonce = (): bigint => session.parts.nonces.mint(nsToMs(ports.clock.now()));
  return {
    session,
    placement,
    intake,
    sweeper,
    writer,
    publisher,
    deadMan: new DeadManKeeper(account, ports, time, nonce),
    cancellation,
  };
}

function setUpSession(ground: DeskGround, epoch: number, state: JournalState, writer: JournalWriter): AccountSession {
  const { account, settings, ports, gate, venue, time, health, versions, onNewerLeader } = ground;
  const session = new AccountSession({
    account,
    settings,
    ports,
    epoch,
    book: new AccountBook(state, settings.finishedOrdersKept),
    recorder: new AccountRecorder(account, epoch, state.lastSequence, ports.clock, writer),
    egress: new Egress(venue, gate, ports.leadership, ports.clock),
    ids: new ClientOrderIds({ fleet: settings.fleetNumber, account: account.number, epoch }),
    nonces: new Nonces(state.lastNonce, epoch),
    time,
    venue,
    health,
    versions,
    onNewerLeader,
  });
  session.lastFillAt = state.lastFillAt;
  session.lastFundingAt = state.lastFundingAt;
  session.anchoredAt = state.anchoredAt;
  for (const [id, mark] of state.requestMarks) session.rememberRequest(id, mark);
  session.setInstruments(ground.instruments);
  return session;
}
