import { killCodec, killReceiptCodec, type KillReceipt, patterns } from '@argosy/contracts';
import { ok, refusal, refused, type Refusal, type Result } from '@argosy/domain';
import { InMemoryBroker, InMemoryBus, ManualTime } from '@argosy/testing';
import { askForKill } from './ask-for-kill.js';

type Answer = Result<KillReceipt, Refusal>;
const RECEIPT: KillReceipt = {
  killId: 'k',
  service: 's',
  gateShutNs: 1n,
  cancelRequested: [],
  inDoubt: [],
  durable: true,
};
const latched: Answer = ok(RECEIPT);
const inMemoryOnly: Answer = refused(refusal('service_degraded', { store: 'execution' }));
const no: Answer = refused(refusal('invalid_request', {}));

const killed = (service: string): string => `argosy.cmd.trading.kill.${service}`;

describe('a service that is told to kill by SIGUSR2 (FL-5, RK-3)', () => {
  const cases: ReadonlyArray<[string, string, Readonly<Record<string, Answer>>, string[], string[]]> = [
    [
      'the ledger asks all three',
      'ledger',
      { execution: latched, risk: latched, 'ops-gateway': latched },
      ['execution', 'risk', 'ops-gateway'],
      ['execution', 'risk', 'ops-gateway'],
    ],
    [
      'execution has latched by itself',
      'execution',
      { risk: latched, 'ops-gateway': latched },
      ['risk', 'ops-gateway'],
      ['risk', 'ops-gateway'],
    ],
    [
      'a latch that cannot be stored now holds',
      'ledger',
      { execution: inMemoryOnly },
      ['execution'],
      ['execution', 'risk', 'ops-gateway'],
    ],
    ['a no is a no', 'ledger', { execution: no }, [], ['execution', 'risk', 'ops-gateway']],
    ['nobody is there', 'ledger', {}, [], ['execution', 'risk', 'ops-gateway']],
    ['the gateway kills by itself', 'ops-gateway', { execution: latched }, [], []],
    ['no service of the fleet', 'echo', { execution: latched }, [], []],
  ];
  it.each(cases)('%s', async (_story, service, answers, expected, asked) => {
    const time = new ManualTime();
    const bus = new InMemoryBus(new InMemoryBroker(time.clock, time.timers), 'ledger');
    const heard: string[] = [];
    bus.subscribe(patterns.everyKill, killCodec, { queueLimit: 10 }, (message, { subject, replyTo }) => {
      heard.push(subject);
      expect(message).toEqual({ actor: `signal to ${service}`, reason: 'SIGUSR2', killId: 'k1' });
      const answer = answers[subject.slice(killed('').length)];
      if (answer !== undefined && replyTo !== undefined) bus.reply(replyTo, killReceiptCodec, answer);
    });
    const asking = askForKill(bus, service, 'k1');
    await time.advanceAsync(2_000);
    expect(await asking).toEqual(expected);
    expect(heard.sort()).toEqual(asked.map(killed).sort());
  });
});
