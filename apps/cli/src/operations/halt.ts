import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import { isRunning } from '../fleet/running-record.js';
import type { Presenter } from '../terminal/presenter.js';
import type { Operation } from './operation.js';

interface KillAnswer {
  readonly kill_id: string;
  readonly complete: boolean;
  readonly cancel_requested: readonly string[];
  readonly in_doubt: readonly string[];
  readonly services: Readonly<
    Record<string, { readonly ok: boolean; readonly latched?: string; readonly error?: string | null }>
  >;
  readonly strategies: { readonly stopped?: boolean | null; readonly error?: string | null };
}

export interface ReceiptAnswer {
  readonly kill_id: string;
  readonly by: string;
  readonly reason: string;
  readonly complete: boolean;
  readonly requested_at: string | null;
  readonly timings_ms: Readonly<Record<string, number | null>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly orders: readonly {
    readonly order_id: string;
    readonly account: string;
    readonly outcome: string;
    readonly filled_quantity: string;
    readonly reason: string | null;
  }[];
  readonly parties: readonly {
    readonly service: string;
    readonly accounts: readonly string[];
    readonly epoch: number;
    readonly state: string;
  }[];
}

const LOOK_EACH_MS = 200;
const RECEIPT = '/api/v1/killswitch/receipt';

/**
 * Trips the kill switch and stays until every order is accounted for, or for so long.
 * @throws CommandError when neither execution nor risk confirmed it.
 */
export async function kill(operation: Operation, reason: string, followMs: number): Promise<ExitCode> {
  const { gateway, presenter, shell } = operation;
  const answer = (await gateway
    .send('POST', '/api/v1/killswitch', { reason })
    .catch((error: unknown) => killBySignal(operation, error))) as KillAnswer;
  if (!presenter.isJson) presenter.show(answer, (given) => describeKill(given, reason, presenter));
  const receipt = await followReceipt(operation, followMs);
  if (presenter.isJson) presenter.show({ ...answer, receipt: receipt ?? null }, () => '');
  else
    presenter.show(receipt, (given) =>
      given === undefined
        ? presenter.paint('warn', 'no receipt yet: argosy kill-receipt')
        : describeReceipt(given, presenter),
    );
  if (isProven(answer, receipt)) return EXIT.ok;
  if (!presenter.isJson)
    shell.terminal.err('argosy: not proven yet; what is shut stays shut. argosy kill-receipt looks again.\n');
  return EXIT.failedCheck;
}

/** The receipt knows more than the first answer: execution has stored its latch by the time that it is complete. */
function isProven({ services, strategies }: KillAnswer, receipt: ReceiptAnswer | undefined): boolean {
  const isDurable = Object.entries(services).every(
    ([name, { latched }]) => latched === 'durable' || name === 'execution',
  );
  return receipt?.complete === true && isDurable && strategies.stopped === true;
}

/** The second path of a local fleet: execution and risk latch by themselves, and ask each other to. */
async function killBySignal({ found, shell }: Operation, error: unknown): Promise<never> {
  if (!(error instanceof CommandError) || error.exitCode !== EXIT.unreachable || found.running === undefined)
    throw error;
  const told: string[] = [];
  for (const { name, pid, program } of found.running.processes) {
    if (!/^(execution|risk)(-\d)?$/.test(name) || !(await isRunning(pid, program))) continue;
    process.kill(pid, 'SIGUSR2');
    told.push(`${name} (process ${String(pid)})`);
  }
  if (told.length === 0) throw error;
  shell.terminal.err(`argosy: the gateway did not do it; SIGUSR2 sent to ${told.join(', ')}\n`);
  throw new CommandError(
    EXIT.failedCheck,
    `killed by signal, not confirmed: ${error.message}`,
    'argosy status tells whether it is latched; argosy kill-receipt what became of the orders.',
    'KILLED_BY_SIGNAL',
  );
}

function describeKill(answer: KillAnswer, reason: string, presenter: Presenter): string {
  const { kill_id: killId, cancel_requested: cancelled, in_doubt: doubt, services, strategies } = answer;
  const parties = Object.entries(services).map(([name, { ok, latched, error }]) => {
    if (ok && latched === 'memory') return `${presenter.paint('warn', '!')} ${name} ${error ?? 'latched in memory'}`;
    return ok
      ? `${presenter.paint('good', '✓')} ${name} latched`
      : `${presenter.paint('bad', '✗')} ${name}: ${error ?? 'did not answer'}`;
  });
  return [
    presenter.paint('bad', `KILL SWITCH ACTIVE: ${reason}`),
    `kill ${killId}; cancels sent for ${String(cancelled.length)} orders, ${String(doubt.length)} in doubt`,
    ...parties,
    strategies.stopped === true
      ? `${presenter.paint('good', '✓')} strategies stopped`
      : `${presenter.paint('bad', '✗')} strategies: ${strategies.error ?? 'not known to have stopped'}`,
  ].join('\n');
}

/** The receipt once it is complete, or as it stands when the time is over; undefined when there is none. */
async function followReceipt({ gateway, shell }: Operation, forMs: number): Promise<ReceiptAnswer | undefined> {
  const { clock, timers } = shell;
  const untilMs = clock.monotonicMs() + forMs;
  let last: ReceiptAnswer | undefined;
  for (;;) {
    last = ((await gateway.get(RECEIPT).catch(known)) as ReceiptAnswer | undefined) ?? last;
    if (last?.complete === true || clock.monotonicMs() >= untilMs) return last;
    await timers.sleep(LOOK_EACH_MS);
  }
}

/** A receipt that is not to be had now is told as that: the kill holds. */
function known(error: unknown): undefined {
  if (error instanceof CommandError) return undefined;
  throw error;
}

export async function killReceipt({ gateway, presenter }: Operation): Promise<ExitCode> {
  const receipt = (await gateway.get(RECEIPT)) as ReceiptAnswer;
  presenter.show(receipt, (given) => describeReceipt(given, presenter));
  return receipt.complete ? EXIT.ok : EXIT.failedCheck;
}

const BAD_OUTCOMES: ReadonlySet<string> = new Set(['pending', 'could_not_cancel']);
const ms = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'not yet' : `${String(value)} ms`;

function describeReceipt(receipt: ReceiptAnswer, presenter: Presenter): string {
  const { timings_ms: timings, outcomes, orders, parties } = receipt;
  const counts = Object.entries(outcomes).map(([outcome, times]) => `${String(times)} ${outcome.replaceAll('_', ' ')}`);
  const open = orders.filter(({ outcome }) => BAD_OUTCOMES.has(outcome));
  return [
    presenter.facts([
      ['receipt', receipt.complete ? presenter.paint('good', 'complete') : presenter.paint('warn', 'not complete yet')],
      ['kill', `${receipt.kill_id} by ${receipt.by}: ${receipt.reason}`],
      ['orders', counts.length === 0 ? 'none was open' : counts.join(', ')],
      ['gate shut after', ms(timings['gate_shut'])],
      ['first cancel', ms(timings['first_cancel'])],
      ['all ended', ms(timings['all_cancelled'])],
      ['second sweep', ms(timings['second_sweep'])],
      ...parties.map(
        ({ service, epoch, accounts, state }) =>
          [
            'party',
            `${service} epoch ${String(epoch)} (${accounts.join(', ')}): ${presenter.paint(state === 'confirmed' ? 'good' : 'warn', state)}`,
          ] as const,
      ),
    ]),
    ...(open.length === 0
      ? []
      : [
          presenter.table(
            open,
            [
              { title: 'order', of: (row) => row.order_id },
              { title: 'account', of: (row) => row.account },
              { title: 'outcome', of: (row) => row.outcome, tone: () => 'bad' },
              { title: 'filled', of: (row) => row.filled_quantity, align: 'right' },
              { title: 'reason', of: (row) => row.reason ?? '-' },
            ],
            '',
          ),
        ]),
    'argosy resume "reason" lifts the kill.',
  ].join('\n');
}

interface ResumeAnswer {
  readonly pending?: boolean;
  readonly message?: string;
  readonly request?: { readonly request_id: string; readonly asked_by: string; readonly reason: string };
}

/** @param requestId somebody else's request, to approve it; absent: ask for it */
export async function resume(
  { gateway, presenter }: Operation,
  reason: string,
  requestId: string | undefined,
): Promise<void> {
  const answer = (await (requestId === undefined
    ? gateway.send('POST', '/api/v1/killswitch/resume', { reason })
    : gateway.send('POST', '/api/v1/killswitch/resume/approve', { request_id: requestId, reason }))) as ResumeAnswer;
  presenter.show(answer, ({ pending, message, request }) =>
    pending === true
      ? [
          presenter.paint('warn', message ?? 'A second person has to approve this request.'),
          `asked by ${request?.asked_by ?? '-'}: ${request?.reason ?? '-'}`,
          `Another risk officer or admin: argosy resume --approve ${request?.request_id ?? 'REQUEST_ID'} "reason"`,
        ].join('\n')
      : 'The kill switch is lifted. Trading stays disabled until argosy enable.',
  );
}
