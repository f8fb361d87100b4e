import { type Codec, Fault, ok, refusal, refused } from '@argosy/domain';
import type { MessageBus, MessageContext } from '@argosy/platform-port';

/** A place to run the suite in: connections that hear each other and a way to let time pass. */
export interface BusFleet {
  /** A connection for a service; its subscriptions are in force when it resolves from `ready`. */
  connect(service: string): Promise<MessageBus>;
  /** Resolves when everything subscribed so far is in force. */
  ready(): Promise<void>;
  pass(milliseconds: number): Promise<void>;
  /** UTC of the fleet's clock. */
  nowMs(): number;
  stop(): Promise<void>;
}

/** Text that refuses to be 'bad' when decoded. */
const text: Codec<string> = {
  name: 'Text',
  encode: (message) => new TextEncoder().encode(message),
  decode: (bytes) => {
    const message = new TextDecoder().decode(bytes);
    if (message === 'bad') throw new Fault('MESSAGE_INVALID', 'Text: not a readable message');
    return message;
  },
};

/** What arrived, and a promise for so many of it. */
class Seen {
  readonly messages: string[] = [];
  readonly contexts: MessageContext[] = [];
  #waiting: (() => void)[] = [];
  readonly take = (message: string, context: MessageContext): void => {
    this.messages.push(message);
    this.contexts.push(context);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) run();
  };
  async reach(count: number): Promise<readonly string[]> {
    while (this.messages.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.messages;
  }
}

const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const PLENTY = { queueLimit: 1_000 };
const SOON = { timeoutMs: 2_000 };

/**
 * What every `MessageBus` must do, told once. The stream `ACCOUNT_EVENTS` must exist and take `argosy.evt.account.>`,
 * the stream `PARKED` `argosy.parked.>`.
 */
export function messageBusContract(name: string, start: () => Promise<BusFleet>): void {
  describe(`${name} as a MessageBus`, () => {
    let fleet: BusFleet;
    let a: MessageBus;
    let b: MessageBus;
    let serial = 0;
    /** A subject nobody used before, so that cases share one server. */
    const fresh = (kind: string): string => `argosy.${kind}.case${String((serial += 1))}-${name.replaceAll(/\W/g, '')}`;

    beforeAll(async () => {
      fleet = await start();
      [a, b] = [await fleet.connect('risk'), await fleet.connect('execution')];
    });
    afterAll(async () => fleet.stop());

    it('delivers in order, with trace, event id and reply inbox, after publish has returned', async () => {
      const [subject, seen] = [fresh('evt'), new Seen()];
      b.subscribe(`${subject}.*.>`, text, PLENTY, seen.take);
      await fleet.ready();
      for (let i = 0; i < 100; i += 1) a.publish(`${subject}.x.y.z`, text, String(i));
      a.publish(`${subject}.x`, text, 'too short');
      a.publish(`${subject}.x.last`, text, 'last', {
        trace: TRACE,
        eventId: 'e-1',
        replyTo: '_INBOX_risk.7',
        deadlineMs: 5,
      });
      expect(seen.messages).toEqual([]);
      expect(await seen.reach(101)).toEqual([...Array.from({ length: 100 }, (_, i) => String(i)), 'last']);
      expect(seen.contexts[0]).toEqual({ subject: `${subject}.x.y.z`, redeliveries: 0 });
      expect(seen.contexts[100]).toEqual({
        subject: `${subject}.x.last`,
        redeliveries: 0,
        trace: TRACE,
        eventId: 'e-1',
        replyTo: '_INBOX_risk.7',
        deadlineMs: 5,
      });
    });

    it('gives each message to one member of a group and to everybody else', async () => {
      const [subject, members, alone] = [fresh('evt'), new Seen(), new Seen()];
      for (const bus of [a, b]) bus.subscribe(subject, text, { ...PLENTY, group: 'g' }, members.take);
      b.subscribe(subject, text, PLENTY, alone.take);
      await fleet.ready();
      for (let i = 0; i < 20; i += 1) a.publish(subject, text, String(i));
      await Promise.all([members.reach(20), alone.reach(20)]);
      expect([...members.messages].sort()).toEqual([...alone.messages].sort());
    });

    it('answers with a value, a refusal with its details, or the fault the other side had', async () => {
      const subject = fresh('qry');
      b.subscribe(subject, text, PLENTY, (message, { replyTo = '', trace, deadlineMs = 0 }) => {
        if (message === 'fail') throw new Error('password=hunter2');
        if (message === 'fault') throw new Fault('STORE_UNAVAILABLE', 'the store is away');
        const answer =
          message === 'no'
            ? refused(refusal('position_above_limit', { limit: '5' }))
            : ok(`${message}:${String(trace?.traceparent)}:${String(deadlineMs > 0)}`);
        b.reply(replyTo, text, answer);
      });
      await fleet.ready();
      const ask = (message: string) => a.request(subject, text, text, message, { ...SOON, trace: TRACE });
      expect(await ask('yes')).toEqual(ok(`yes:${TRACE.traceparent}:true`));
      expect(await ask('no')).toEqual(refused({ code: 'position_above_limit', details: { limit: '5' } }));
      await expect(ask('fault')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'the store is away' });
      const failure = await ask('fail').catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      expect(String(failure)).not.toContain('hunter2');
      await expect(ask('bad')).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
    });

    it('calls an unreadable answer MESSAGE_INVALID', async () => {
      const subject = fresh('qry');
      b.subscribe(subject, text, PLENTY, (_, { replyTo = '' }) => b.reply(replyTo, text, ok('bad')));
      await fleet.ready();
      await expect(a.request(subject, text, text, 'x', SOON)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
    });

    it('lets an answer come from somebody the request was handed on to', async () => {
      const [submit, place] = [fresh('cmd'), fresh('cmd')];
      const c = await fleet.connect('strategy-host');
      a.subscribe(submit, text, PLENTY, (message, context) => a.publish(place, text, `${message}, approved`, context));
      b.subscribe(place, text, PLENTY, (message, { replyTo = '' }) => b.reply(replyTo, text, ok(`${message}, placed`)));
      await fleet.ready();
      expect(await c.request(submit, text, text, 'order', SOON)).toEqual(ok('order, approved, placed'));
    });

    it('says at once when nobody listens, and after the deadline when nobody answers', async () => {
      const subject = fresh('qry');
      await expect(a.request(subject, text, text, 'x', { timeoutMs: 60_000 })).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
      });
      b.subscribe(subject, text, PLENTY, () => undefined);
      await fleet.ready();
      const outcome = expect(a.request(subject, text, text, 'x', { timeoutMs: 50 })).rejects.toMatchObject({
        code: 'DEADLINE_EXCEEDED',
        message: expect.stringContaining(subject),
      });
      await fleet.pass(50);
      await outcome;
    });

    it('runs requests side by side and answers QUEUE_FULL beyond the limit', async () => {
      const [subject, seen, overflows] = [fresh('qry'), new Seen(), [] as string[]];
      const inboxes: string[] = [];
      const release: (() => void)[] = [];
      b.subscribe(
        subject,
        text,
        { queueLimit: 2, onOverflow: (at) => overflows.push(at) },
        async (message, context) => {
          inboxes.push(context.replyTo ?? '');
          seen.take(message, context);
          await new Promise<void>((resolve) => release.push(resolve));
        },
      );
      await fleet.ready();
      const asked = ['1', '2', '3'].map((message) => a.request(subject, text, text, message, SOON));
      await expect(asked[2]).rejects.toMatchObject({ code: 'QUEUE_FULL' });
      await seen.reach(2);
      for (const inbox of inboxes) b.reply(inbox, text, ok('late'));
      expect(await Promise.all(asked.slice(0, 2))).toEqual([ok('late'), ok('late')]);
      expect(overflows).toEqual([subject]);
      for (const run of release) run();
    });

    it('runs events one after the other, goes on after a failure and drops beyond the limit (I-46)', async () => {
      const [subject, seen, overflows] = [fresh('evt'), new Seen(), [] as string[]];
      const other = new Seen();
      const release: (() => void)[] = [];
      b.subscribe(
        subject,
        text,
        { queueLimit: 2, onOverflow: (at) => overflows.push(at) },
        async (message, context) => {
          seen.take(message, context);
          if (message === 'first') await new Promise<void>((resolve) => release.push(resolve));
          if (message === 'second') throw new Error('refused by a spec');
        },
      );
      b.subscribe(subject, text, PLENTY, other.take);
      await fleet.ready();
      for (const message of ['first', 'second', 'third', 'dropped']) a.publish(subject, text, message);
      await other.reach(4);
      expect([seen.messages, overflows]).toEqual([['first'], [subject]]);
      release[0]?.();
      expect(await seen.reach(3)).toEqual(['first', 'second', 'third']);
    });

    it('skips what it cannot decode and goes on', async () => {
      const [subject, seen] = [fresh('evt'), new Seen()];
      b.subscribe(subject, text, PLENTY, seen.take);
      await fleet.ready();
      for (const message of ['bad', 'good']) a.publish(subject, text, message);
      expect(await seen.reach(1)).toEqual(['good']);
    });

    it('keeps only the newest per subject for market data', async () => {
      const [subject, seen] = [fresh('md'), new Seen()];
      b.subscribeNewest(`${subject}.>`, text, { keyLimit: 10 }, seen.take);
      await fleet.ready();
      for (let i = 0; i <= 500; i += 1)
        for (const key of ['btc', 'eth']) a.publish(`${subject}.${key}`, text, `${key} ${String(i)}`);
      while (!['btc 500', 'eth 500'].every((last) => seen.messages.includes(last)))
        await seen.reach(seen.messages.length + 1);
      expect(seen.messages.length).toBeLessThan(1_000);
      const numbers = seen.messages
        .filter((message) => message.startsWith('btc'))
        .map((message) => Number(message.slice(4)));
      expect(numbers).toEqual([...numbers].sort((x, y) => x - y));
    });

    it('stops at close', async () => {
      const [subject, seen, other] = [fresh('evt'), new Seen(), new Seen()];
      const subscription = b.subscribe(subject, text, PLENTY, seen.take);
      b.subscribe(subject, text, PLENTY, other.take);
      await fleet.ready();
      subscription.close();
      await fleet.ready();
      a.publish(subject, text, 'after');
      await other.reach(1);
      expect(seen.messages).toEqual([]);
    });

    it('refuses a payload above one mebibyte before it leaves', async () => {
      const huge = 'x'.repeat(1_048_577);
      expect(() => a.publish(fresh('evt'), text, huge)).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }));
      await expect(a.request(fresh('qry'), text, text, huge, SOON)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
      await expect(a.publishDurable('argosy.evt.account.x', text, huge, { eventId: 'huge' })).rejects.toMatchObject({
        code: 'MESSAGE_INVALID',
      });
    });

    describe('durable events', () => {
      const stream = { stream: 'ACCOUNT_EVENTS', maxInFlight: 10, maxRedeliveries: 2 };
      const noun = (): string => fresh('evt.account');

      it('reach who consumes later, once per event id, and core subscribers at once without a reply inbox', async () => {
        const [subject, seen, core] = [noun(), new Seen(), new Seen()];
        b.subscribe(subject, text, PLENTY, core.take);
        await fleet.ready();
        for (const [message, eventId] of [
          ['one', '1'],
          ['one', '1'],
          ['two', '2'],
        ] as const) {
          await a.publishDurable(subject, text, message, { eventId: `${subject}-${eventId}`, trace: TRACE });
        }
        await core.reach(3);
        expect(core.contexts[0]).toEqual({ subject, redeliveries: 0, eventId: `${subject}-1`, trace: TRACE });
        const subscription = await b.consume(
          subject,
          text,
          { ...stream, durable: 'ledger-late' },
          async (message, context) => {
            seen.take(message, context);
            return 'done';
          },
        );
        expect(await seen.reach(2)).toEqual(['one', 'two']);
        expect(seen.contexts[0]).toEqual({ subject, redeliveries: 0, eventId: `${subject}-1`, trace: TRACE });
        subscription.close();
      });

      it('say when no stream takes the subject', async () => {
        await expect(
          a.publishDurable(fresh('cmd'), text, 'x', { eventId: 'x', deadlineMs: fleet.nowMs() + 150 }),
        ).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      });

      it('come again after `later` and after a failure, and go on where a consumer stopped (I-43)', async () => {
        const [subject, first, second] = [noun(), new Seen(), new Seen()];
        const options = { ...stream, durable: 'ledger-again' };
        for (const message of ['a', 'b', 'c'])
          await a.publishDurable(subject, text, message, { eventId: `${subject}-${message}` });
        const one = await b.consume(subject, text, options, async (message, context) => {
          first.take(message, context);
          if (context.redeliveries > 0 || message === 'c') return 'done';
          if (message === 'a') return 'later';
          throw new Error('a handler that failed');
        });
        await first.reach(3);
        await fleet.pass(1_000);
        expect([...(await first.reach(5))].sort()).toEqual(['a', 'a', 'b', 'b', 'c']);
        one.close();
        await a.publishDurable(subject, text, 'd', { eventId: `${subject}-d` });
        const two = await b.consume(subject, text, options, async (message, context) => {
          second.take(message, context);
          return 'done';
        });
        expect(await second.reach(1)).toEqual(['d']);
        two.close();
      });

      it('are parked when poisonous: undecodable, refused for ever, or failed too often', async () => {
        const [subject, parked, tries] = [noun(), new Seen(), new Seen()];
        const raw: Codec<string> = { ...text, decode: (bytes) => new TextDecoder().decode(bytes) };
        b.subscribe('argosy.parked.ACCOUNT_EVENTS', raw, PLENTY, parked.take);
        await fleet.ready();
        for (const message of ['bad', 'never', 'hopeless', 'fine']) {
          await a.publishDurable(subject, text, message, { eventId: `${subject}-${message}` });
        }
        const subscription = await b.consume(
          subject,
          text,
          { ...stream, durable: 'ledger-poison' },
          async (message, context) => {
            tries.take(message, context);
            return message === 'never' ? 'never' : message === 'fine' ? 'done' : 'later';
          },
        );
        await tries.reach(3);
        await fleet.pass(1_000);
        expect([...(await parked.reach(3))].sort()).toEqual(['bad', 'hopeless', 'never']);
        expect([...tries.messages].sort()).toEqual(['fine', 'hopeless', 'hopeless', 'hopeless', 'never']);
        subscription.close();
      });

      it('are bounded in flight', async () => {
        const [subject, seen] = [noun(), new Seen()];
        const release: (() => void)[] = [];
        let hurry = false;
        for (let i = 0; i < 10; i += 1)
          await a.publishDurable(subject, text, String(i), { eventId: `${subject}-${String(i)}` });
        const subscription = await b.consume(
          subject,
          text,
          { ...stream, durable: 'ledger-bounded', maxInFlight: 3 },
          async (message, context) => {
            seen.take(message, context);
            if (!hurry) await new Promise<void>((resolve) => release.push(resolve));
            return 'done';
          },
        );
        await seen.reach(3);
        await fleet.pass(100);
        expect(seen.messages).toEqual(['0', '1', '2']);
        for (const run of release.splice(0)) run();
        await seen.reach(6);
        expect(seen.messages.slice(3)).toEqual(['3', '4', '5']);
        hurry = true;
        for (const run of release.splice(0)) run();
        await seen.reach(10);
        subscription.close();
      });
    });
  });
}
