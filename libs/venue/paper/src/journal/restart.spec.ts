import { Fault, format, parseAmount, parsePrice, parseQuantity, type TimeNs } from '@argosy/domain';
import { InMemoryDisk, SeededRandom, settled } from '@argosy/testing';
import { aPaperAccount, INSTRUMENT, type PaperFixture } from '../testing/paper-fixture.js';
import { PaperAccount } from '../account/paper-account.js';
import { readLine, writeLine } from './journal-line.js';
import { PaperJournal, readJournal } from './paper-journal.js';

const PATH = 'paper/paper.journal';

/** Everything that somebody outside could ask. */
async function asked(paper: PaperFixture) {
  const { venueTimeNs: _now, ...account } = await paper.trading.accountState();
  return {
    account,
    open: await paper.trading.openOrders(),
    fills: await paper.trading.fillsSince(0n as TimeNs),
    fundings: await paper.trading.fundingSince(0n as TimeNs),
  };
}

/** A morning's trading: takes, rests, cancels, refusals, fills. */
async function traded(paper: PaperFixture, seed: number, steps = 60): Promise<void> {
  const random = new SeededRandom(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random.unit() * of.length)]!;
  const placements = [];
  for (let step = 0; step < steps; step++) {
    await paper.book();
    const { placement } = await paper.place({
      side: pick(['buy', 'sell']),
      price: pick(['59998', '59999.5', '60000', '60000.5', '60002']),
      quantity: pick(['0.001', '0.25', '1.5']),
      timeInForce: pick(['gtc', 'ioc', 'post_only']),
      reduceOnly: random.unit() < 0.2,
    });
    placements.push(placement);
    if (random.unit() < 0.3) await paper.cancel(pick(placements));
    await paper.trade(pick(['buy', 'sell']), pick(['59999', '60000', '60001']), pick(['0.1', '2', '9']));
  }
}

describe('an account after a restart', () => {
  it.each([1, 2, 3, 4, 5])('is what it was: orders, fills, cash and positions (seed %i)', async (seed) => {
    const paper = await aPaperAccount();
    await traded(paper, seed);
    const before = await asked(paper);
    expect(before.fills.length).toBeGreaterThan(5);
    await paper.crash();
    await paper.book();
    expect(await asked(paper)).toEqual(before);
    await paper.restart();
    await paper.book();
    expect(await asked(paper)).toEqual(before);
  });

  it('goes on: orders fill, ids and times go on rising, nonces stay spent', async () => {
    const paper = await aPaperAccount();
    await paper.book();
    const { placement } = await paper.place({ price: '59999.5', quantity: '0.5' });
    await paper.place({ price: '60000.5', quantity: '0.1', timeInForce: 'ioc' });
    await paper.crash();
    expect(await paper.said(paper.placement({}, { nonce: placement.nonce }))).toMatch(/duplicate nonce/);
    await paper.book();
    await paper.trade('sell', '59999.5', '1.2');
    await paper.trade('sell', '59999.5', '5');
    expect(paper.fills.map(({ quantity }) => format(quantity))).toEqual(['0.1', '0.2', '0.3']);
    expect(new Set(paper.fills.map(({ fillId }) => fillId)).size).toBe(3);
    expect(paper.fills.every(({ venueTimeNs }, at) => at === 0 || venueTimeNs > paper.fills[at - 1]!.venueTimeNs)).toBe(
      true,
    );
    expect(await paper.status(placement)).toBe('filled filled');
  });

  it('keeps its cash whatever the configuration now says', async () => {
    const disk = new InMemoryDisk();
    const first = await aPaperAccount(disk);
    await first.trading.stop();
    const again = await aPaperAccount(disk, { cash: parseAmount('5') });
    expect(format((await again.trading.accountState()).rawCash)).toBe('100000');
  });

  it('never repeats an identity when it is begun anew', async () => {
    const fills: string[] = [];
    for (const startMs of [0, 1]) {
      const paper = await aPaperAccount();
      paper.time.advance(startMs);
      await paper.disk.writeFile(PATH, new Uint8Array());
      await paper.restart();
      await paper.book();
      await paper.place({ timeInForce: 'ioc', price: '60000.5' });
      fills.push(paper.fills[0]!.fillId);
    }
    expect(fills[0]).not.toBe(fills[1]);
  });

  it('tells nothing that a power cut could take back', async () => {
    const paper = await aPaperAccount();
    await paper.book();
    paper.disk.fail(1);
    await expect(
      paper.trading.place([paper.placement({ timeInForce: 'ioc', price: '60000.5' })]),
    ).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
    });
    expect([paper.fills, paper.orders, paper.trading.connected]).toEqual([[], [], false]);
    await expect(paper.trading.openOrders()).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
    await expect(paper.trading.place([paper.placement()])).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
  });

  it('mends itself when the disk does, and what was in doubt can be asked', async () => {
    const paper = await aPaperAccount();
    await paper.book();
    paper.disk.fail(1);
    const placement = paper.placement({ timeInForce: 'ioc', price: '60000.5' });
    await expect(paper.trading.place([placement])).rejects.toThrow(Fault);
    await paper.time.advanceAsync(2_000);
    expect([paper.trading.connected, await paper.status(placement)]).toEqual([true, 'filled filled']);
    expect(await paper.trading.fillsSince(0n as TimeNs)).toHaveLength(1);
    await paper.crash();
    expect(await paper.status(placement)).toBe('filled filled');
  });
});

describe('the journal', () => {
  const append = async (disk: InMemoryDisk, text: string): Promise<void> => {
    const file = await disk.openAppend(PATH);
    await file.append(new TextEncoder().encode(text));
    await file.sync();
  };

  const torn: readonly [string, string][] = [
    ['a line without its end', '12345678 {"kind":"ev'],
    ['a last line that is not whole', '12345678 {"kind":"events","events":[]}\n'],
    ['a last line of noise', '\u0000\u0000\u0000\u0000\n'],
  ];
  it.each(torn)('reads past %s, and starts clean', async (_story, tail) => {
    const paper = await aPaperAccount();
    await traded(paper, 7, 10);
    const before = await asked(paper);
    await append(paper.disk, tail);
    await paper.restart();
    await paper.book();
    expect(await asked(paper)).toEqual(before);
    await paper.restart();
    await paper.book();
    expect(await asked(paper)).toEqual(before);
  });

  it('refuses to start on damage in the middle, naming the line, and leaves the file alone', async () => {
    const paper = await aPaperAccount();
    await paper.book();
    for (let i = 0; i < 5; i++) await paper.place();
    const text = new TextDecoder().decode(await paper.disk.readFile(PATH)).replace('"side":"buy"', '"side":"sell"');
    await paper.trading.stop();
    await paper.disk.writeFile(PATH, new TextEncoder().encode(text));
    await expect(paper.restart()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: `line 2 of '${PATH}' is damaged`,
    });
    expect(new TextDecoder().decode(await paper.disk.readFile(PATH))).toBe(text);
  });

  it('stays bounded: it is rewritten as a snapshot, and nothing is lost', async () => {
    const disk = new InMemoryDisk();
    const account = PaperAccount.opened(1n as TimeNs, parseAmount('10'));
    const journal = new PaperJournal(disk, PATH, () => account.state(), 10);
    await journal.begin();
    for (let nonce = 1n; nonce <= 95n; nonce++) {
      account.apply({ type: 'nonce', nonce });
      const durable = journal.append([{ type: 'nonce', nonce }]);
      if (nonce % 4n === 0n) await durable;
      else void durable;
      const lines = new TextDecoder().decode(await disk.readFile(PATH)).split('\n').length;
      expect(lines).toBeLessThanOrEqual(11);
    }
    await journal.flush();
    expect((await readJournal(disk, PATH))?.state()).toEqual(account.state());
  });

  it('writes what it reads, whole numbers of any size included', () => {
    const line = {
      kind: 'events',
      events: [{ type: 'nonce', nonce: -(10n ** 40n) }],
    } as const;
    const text = writeLine(line);
    expect(readLine(text.trimEnd())).toEqual(line);
    for (let at = 0; at < text.length - 1; at++)
      expect(readLine(`${text.slice(0, at)}~${text.slice(at + 1, -1)}`)).toBeUndefined();
  });
});

describe('market data that comes and goes', () => {
  it('starts before market-data does, waits, and tells when it is ready', async () => {
    const paper = await aPaperAccount();
    paper.instruments = [];
    await paper.restart();
    expect([paper.trading.connected, paper.connections.length]).toEqual([false, 1]);
    await expect(paper.trading.instruments()).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
    expect((await paper.place()).said).toMatch(/Unknown instrument/);
    paper.instruments = [INSTRUMENT];
    await paper.time.advanceAsync(1_000);
    expect([paper.trading.connected, paper.connections.length]).toEqual([true, 2]);
  });

  const noBook: readonly [story: string, lose: (paper: PaperFixture) => Promise<void> | void, why: RegExp][] = [
    ['before any book', () => undefined, /valid book .*none has come yet/],
    [
      'when it is withdrawn',
      (p) => p.book().then(() => p.book({ valid: false, bids: [], asks: [] })),
      /valid book .*withdrawn/,
    ],
    ['when nothing comes any more', (p) => p.book().then(() => p.time.advance(10_001)), /valid book .*10\d+ ms old/],
    [
      'after the bus was away',
      (p) => p.book().then(() => (p.bus.disconnect(), p.bus.reconnect())),
      /valid book .*bus was away/,
    ],
  ];
  it.each(noBook)('refuses orders %s, still cancels, and fills nothing', async (_story, lose, why) => {
    const paper = await aPaperAccount();
    await paper.book();
    const resting = await paper.place({ price: '59999.5' });
    await paper.restart();
    await lose(paper);
    expect((await paper.place()).said).toMatch(why);
    await paper.trade('sell', '59000', '100');
    expect(paper.fills).toEqual([]);
    expect(await paper.cancel(resting.placement)).toBe('cancelled');
  });

  it('says when the bus is gone and when it is back', async () => {
    const paper = await aPaperAccount();
    paper.bus.disconnect();
    await paper.time.advanceAsync(1_000);
    paper.bus.reconnect();
    await paper.time.advanceAsync(1_000);
    expect(paper.connections).toEqual(['connected', 'no connection to market-data', 'connected']);
  });

  it('cancels what no longer fits when tick or lot change, and keeps the rest', async () => {
    const paper = await aPaperAccount();
    await paper.book();
    const fits = await paper.place({ price: '59999', quantity: '0.5' });
    const broken = await paper.place({ price: '59999.5', quantity: '0.5' });
    paper.instruments = [{ ...INSTRUMENT, priceRule: { kind: 'fixed', tick: parsePrice('1') }, version: 2 }];
    await paper.trading.instruments();
    await settled();
    expect([await paper.status(fits.placement), await paper.status(broken.placement)]).toEqual([
      'working open',
      'cancelled instrumentChanged',
    ]);
    await paper.book();
    await paper.trade('sell', '59998', '0.5');
    expect(paper.fills.map(({ quantity }) => quantity)).toEqual([parseQuantity('0.5')]);
  });

  it('takes no orders on an instrument that does not trade', async () => {
    const paper = await aPaperAccount();
    paper.instruments = [{ ...INSTRUMENT, status: 'halted' }];
    await paper.trading.instruments();
    await paper.book();
    expect((await paper.place()).said).toBe('Trading is halted: hyperliquid_BTC-PERP is halted.');
  });
});

describe('settings', () => {
  const bad: readonly [string, Parameters<typeof aPaperAccount>[1], RegExp][] = [
    ['no folder', { folder: '' }, /folder/],
    ['negative cash', { cash: parseAmount('-1') }, /cash/],
    ['a fee of a fifth', { takerFeeRate: parseAmount('0.2') }, /takerFeeRate/],
    ['a book that never ages', { bookAgeMsMax: 1e9 }, /bookAgeMsMax/],
    ['funding every millisecond', { fundingIntervalMs: 1 }, /fundingIntervalMs/],
  ];
  it.each(bad)('refuses %s', async (_story, config, name) => {
    await expect((async () => aPaperAccount(undefined, config))()).rejects.toThrow(name);
  });
});
