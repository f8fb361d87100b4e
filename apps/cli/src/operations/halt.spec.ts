import { CommandError, EXIT } from '../exit-codes.js';
import { Presenter } from '../terminal/presenter.js';
import { fakeShell } from '../testing/fake-shell.js';
import { kill, resume } from './halt.js';
import type { Operation } from './operation.js';

const latched = (state: string) => ({
  ok: state !== 'unreachable',
  latched: state,
  error: state === 'durable' ? null : 'why',
});
const killed = (execution: string, risk: string, stopped = true) => ({
  kill_id: 'k1',
  complete: execution === 'durable' && risk === 'durable' && stopped,
  cancel_requested: ['o1'],
  in_doubt: [],
  services: { execution: latched(execution), risk: latched(risk) },
  strategies: { stopped, error: stopped ? null : 'no answer' },
});
const receipt = (outcome: string, complete: boolean) => ({
  kill_id: 'k1',
  by: 'ann',
  reason: 'fire',
  complete,
  requested_at: null,
  timings_ms: { gate_shut: 0.1, first_cancel: 2, all_cancelled: null, second_sweep: null },
  outcomes: { [outcome]: 1 },
  orders: [{ order_id: 'o1', account: 'main', outcome, filled_quantity: '0', reason: 'busy' }],
  parties: [{ service: 'execution', accounts: ['main'], epoch: 3, state: complete ? 'confirmed' : 'pending' }],
});

function operation(
  send: unknown,
  got: unknown,
): { readonly told: Operation; readonly said: { out: string; err: string } } {
  const shell = fakeShell();
  const answer = (value: unknown): Promise<unknown> =>
    value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  const gateway = { send: () => answer(send), get: () => answer(got) };
  const told = { shell, gateway, presenter: new Presenter(shell.terminal, 'text'), found: { url: 'u' } };
  return { told: told as unknown as Operation, said: shell.terminal.said };
}

describe('argosy kill (RK-3, I-16)', () => {
  const cases: ReadonlyArray<[string, unknown, unknown, number, RegExp]> = [
    ['proven', killed('durable', 'durable'), receipt('cancelled', true), EXIT.ok, /1 cancelled/],
    ['execution stored it a moment later', killed('memory', 'durable'), receipt('filled', true), EXIT.ok, /1 filled/],
    ['risk cannot store it', killed('durable', 'memory'), receipt('cancelled', true), EXIT.failedCheck, /! risk why/],
    ['risk is away', killed('durable', 'unreachable'), receipt('cancelled', true), EXIT.failedCheck, /✗ risk: why/],
    [
      'an order lives',
      killed('durable', 'durable'),
      receipt('could_not_cancel', false),
      EXIT.failedCheck,
      /could_not_cancel/,
    ],
    [
      'strategies go on',
      killed('durable', 'durable', false),
      receipt('cancelled', true),
      EXIT.failedCheck,
      /✗ strategies/,
    ],
    [
      'no receipt is to be had',
      killed('durable', 'durable'),
      new CommandError(EXIT.unreachable, 'x'),
      EXIT.failedCheck,
      /no receipt yet/,
    ],
  ];
  it.each(cases)('%s', async (_story, send, got, code, text) => {
    const { told, said } = operation(send, got);
    expect(await kill(told, 'fire', 0)).toBe(code);
    expect(said.out).toMatch(text);
    expect(said.out).toContain('KILL SWITCH ACTIVE: fire');
  });

  it('of a fleet elsewhere that does not answer is told as that', async () => {
    const { told } = operation(new CommandError(EXIT.unreachable, 'nobody'), undefined);
    await expect(kill(told, 'fire', 0)).rejects.toMatchObject({ exitCode: EXIT.unreachable });
  });
});

describe('argosy resume (I-14)', () => {
  it('prints what a second person has to type', async () => {
    const request = { request_id: 'abc', asked_by: 'ann', reason: 'over' };
    const { told, said } = operation({ pending: true, message: 'A second person', request }, undefined);
    await resume(told, 'over', undefined);
    expect(said.out).toContain('argosy resume --approve abc');
  });
});
