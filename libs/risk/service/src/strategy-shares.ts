import {
  type AccountId,
  type Amount,
  Fault,
  type InstrumentId,
  parseAmount,
  strategyId,
  type Timers,
} from '@argosy/domain';
import { type Position, positionsPageCodec, positionsRequestCodec, subjects } from '@argosy/contracts';
import type { Logger, MessageBus } from '@argosy/platform-port';
import { type Exposure, NOBODY } from '@argosy/risk-core';

const ASK_INTERVAL_MS = 2_000;
const REQUEST_TIMEOUT_MS = 2_000;

/** Of one instrument, by strategy, as the ledger's postings have it. */
type Shares = ReadonlyMap<string, Amount>;

/**
 * After a restart no fill seen here explains what an account holds, and what nobody explains counts against every strategy.
 * The ledger knows whose it is. Its word is taken when its shares add up to the position that execution states, twice in a
 * row and without a fill between: then no fill can be on its way that one of the two has and the other has not.
 */
export class StrategyShares {
  private readonly confirmed = new Map<string, string>();
  private asking = false;

  constructor(
    private readonly exposure: Exposure,
    private readonly bus: MessageBus,
    private readonly timers: Timers,
    private readonly logger: Logger,
    /** Told when each strategy's part was opened, ns since 1970. */
    private readonly opened: (account: AccountId, instrument: InstrumentId, atNs: bigint) => void,
  ) {}

  start(): void {
    this.timers.every(ASK_INTERVAL_MS, () => void this.ask());
  }

  private async ask(): Promise<void> {
    const open = [...this.exposure.unexplained()];
    if (this.asking || open.length === 0) return;
    this.asking = true;
    const fills = this.exposure.fillsSeen;
    try {
      const answer = await this.bus.request(
        subjects.ledgerPositions,
        positionsRequestCodec,
        positionsPageCodec,
        { accountId: '' },
        { timeoutMs: REQUEST_TIMEOUT_MS },
      );
      if (answer.ok && this.exposure.fillsSeen === fills) this.compare(open, answer.value.positions);
      else this.confirmed.clear();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.confirmed.clear();
    } finally {
      this.asking = false;
    }
  }

  private compare(
    open: ReadonlyArray<{ readonly account: AccountId; readonly instrument: InstrumentId }>,
    positions: readonly Position[],
  ): void {
    const fills = String(this.exposure.fillsSeen);
    for (const { account, instrument } of open) {
      const shares = sharesOf(positions, account, instrument);
      const key = `${account}|${instrument}`;
      const sum = [...shares.values()].reduce<bigint>((total, share) => total + share, 0n);
      if (sum !== this.exposure.position(account, instrument)) {
        this.confirmed.delete(key);
        continue;
      }
      const word = [fills, ...[...shares].sort().flat()].join('|');
      if (this.confirmed.get(key) !== word) {
        this.confirmed.set(key, word);
        continue;
      }
      this.take(account, instrument, shares);
      for (const { openedNs } of positions.filter(
        (one) => one.accountId === account && one.instrumentId === instrument,
      ))
        this.opened(account, instrument, openedNs);
    }
  }

  private take(account: AccountId, instrument: InstrumentId, shares: Shares): void {
    this.confirmed.delete(`${account}|${instrument}`);
    for (const [strategy, quantity] of shares) {
      this.exposure.setStrategyPosition(account, instrument, strategy === '' ? NOBODY : strategyId(strategy), quantity);
    }
    this.logger.info('position_explained', { account, instrument, strategies: [...shares.keys()].join(' ') });
  }
}

function sharesOf(positions: readonly Position[], account: AccountId, instrument: InstrumentId): Shares {
  const shares = new Map<string, Amount>();
  for (const { accountId, instrumentId, strategyId: strategy, quantity } of positions) {
    if (accountId !== account || instrumentId !== instrument) continue;
    shares.set(strategy, ((shares.get(strategy) ?? 0n) + parseAmount(quantity)) as Amount);
  }
  return shares;
}
