import type { Announcer } from '../fleet/announcer.js';
import { CommandError, EXIT } from '../exit-codes.js';
import type { ReceiptAnswer } from '../operations/halt.js';
import { plainId } from './order-verdicts.js';
import type { Patience } from './patience.js';
import { KILL_REASON, type KillStrike } from './strikes.js';
import type { Steering } from './steering.js';
import type { TruthFollower } from './truth-follower.js';
import { type Verdict, verdict } from './verdict.js';

export interface KillProofParts {
  readonly patience: Patience;
  readonly announcer: Announcer;
  readonly steering: Steering;
  readonly truth: TruthFollower;
}

const COMPLETE_WITHIN_MS = 30_000;
const LIFTED_WITHIN_MS = 30_000;

/** A kill under faults: acknowledged, nothing after it, every order accounted for, and no way round it (I-12 to I-16). */
export class KillProof {
  constructor(private readonly parts: KillProofParts) {}

  /** @param sinceMs when the faults were over */
  async prove({ acknowledgedMs, seq }: KillStrike, sinceMs: number): Promise<readonly Verdict[]> {
    const { patience, steering, truth } = this.parts;
    const acknowledged = verdict(
      'the kill is acknowledged',
      ['I-12', 'F-28'],
      acknowledgedMs === undefined ? ['nobody confirmed it'] : [],
      'by the gateway, on behalf of who latched',
      acknowledgedMs ?? null,
    );
    let receipt: ReceiptAnswer | undefined;
    await patience.until(
      async () => {
        receipt = (await steering.receipt()) ?? receipt;
        return receipt?.complete === true ? true : undefined;
      },
      { withinMs: COMPLETE_WITHIN_MS },
    );
    const completeMs = patience.nowMs - sinceMs;
    const code = await steering.enable();
    const isKilled = (await steering.status())?.kill_switch.active === true;
    await truth.catchUp();
    return [
      acknowledged,
      afterKillVerdict(truth, seq),
      receiptVerdict(receipt, completeMs),
      verdict(
        'the kill is latched',
        ['I-12', 'I-14'],
        [
          ...(code === 'kill_switch_active' ? [] : [`enabling was answered with ${code ?? 'yes'}`]),
          ...(isKilled ? [] : ['status does not say killed']),
        ],
        'enabling is refused: kill_switch_active',
      ),
    ];
  }

  /** Lifts it and starts what ran before. @throws CommandError when it cannot be lifted */
  async lift(strategies: readonly string[]): Promise<void> {
    const { announcer } = this.parts;
    await this.#resume();
    await this.restore(strategies);
    announcer.waits('kill-switch', 'lifted; trading is enabled and the strategies are started');
  }

  /** Our own kill lifted, trading enabled, and these strategies running. */
  async restore(strategies: readonly string[]): Promise<void> {
    const { patience, steering, announcer } = this.parts;
    const killed = (await steering.status())?.kill_switch;
    if (killed?.active === true && killed.reason === KILL_REASON) await this.#resume();
    let code: string | undefined;
    const isEnabled = await patience.until(
      async () => {
        code = await steering.enable();
        return code === undefined ? true : undefined;
      },
      { withinMs: LIFTED_WITHIN_MS, everyMs: 300 },
    );
    if (isEnabled !== true) announcer.warns('trading', `stays disabled: ${code ?? 'no answer'}`);
    const running = new Set(
      (await steering.strategies())?.filter(({ status }) => status === 'running').map(({ strategy_id: id }) => id),
    );
    for (const id of strategies)
      if (!running.has(id) && !(await steering.start(id))) announcer.warns(id, 'could not be started again');
  }

  async #resume(): Promise<void> {
    const { patience, steering } = this.parts;
    const isLifted = await patience.until(
      async () => ((await steering.resume('chaos drill is over')) ? true : undefined),
      {
        withinMs: LIFTED_WITHIN_MS,
        everyMs: 300,
      },
    );
    if (isLifted !== true)
      throw new CommandError(
        EXIT.failedCheck,
        'the kill switch could not be lifted',
        'argosy kill-receipt tells why; argosy resume "reason" lifts it.',
        'KILL_NOT_LIFTED',
      );
  }
}

export function afterKillVerdict(truth: Pick<TruthFollower, 'entries'>, seq: number): Verdict {
  const strays = truth.entries.flatMap((entry) =>
    entry.kind === 'order' && entry.seq > seq
      ? [`entry ${String(entry.seq)}: ${plainId(entry.cloid ?? String(entry.oid))} was ${entry.outcome}`]
      : [],
  );
  return verdict('no order after the kill', ['I-12', 'F-28'], strays, 'none arrived at the exchange');
}

export function receiptVerdict(receipt: ReceiptAnswer | undefined, completeMs: number): Verdict {
  const what = 'every order of the kill accounted for';
  if (receipt === undefined) return verdict(what, ['I-16'], ['there is no receipt'], '');
  const problems = [
    ...(receipt.complete ? [] : ['the receipt is not complete']),
    ...receipt.orders
      .filter(({ outcome }) => outcome === 'pending' || outcome === 'could_not_cancel')
      .map(({ order_id: id, outcome }) => `${id} is ${outcome}`),
  ];
  const counts = Object.entries(receipt.outcomes).map(([outcome, times]) => `${String(times)} ${outcome}`);
  const timings = Object.entries(receipt.timings_ms).map(
    ([name, ms]) => `${name} ${ms === null ? '-' : String(ms)} ms`,
  );
  return verdict(what, ['I-16'], problems, [...counts, ...timings].join(', '), completeMs);
}
