import { instrumentChangedCodec, instrumentsPageCodec, instrumentsRequestCodec, subjects } from '@argosy/contracts';
import { ok, parseQuantity } from '@argosy/domain';
import { anInstrument, InMemoryBroker, InMemoryBus, ManualTime, settled } from '@argosy/testing';
import { FleetVersions } from './fleet-versions.js';

describe('instrument versions are market-data’s (I-30, 5.13)', () => {
  const time = new ManualTime();
  const bus = new InMemoryBus(new InMemoryBroker(time.clock, time.timers), 'execution');
  const versions = new FleetVersions('hyperliquid', { bus, timers: time.timers });
  const own = anInstrument({ version: 1 });

  it('the venue’s own count stands until market-data has spoken', () => {
    expect(versions.of(own).version).toBe(1);
  });

  it('market-data restarted and counts anew: the fleet’s version is what it says', () => {
    versions.saw(anInstrument({ version: 7 }));
    expect(versions.of(own)).toEqual({ ...own, version: 7 });
    versions.saw(anInstrument({ version: 1 }));
    expect(versions.of(own).version).toBe(1);
  });

  it('rules that differ fit no order: one of the two is behind', () => {
    versions.saw(anInstrument({ version: 8, lot: parseQuantity('1') }));
    expect(versions.of(own).version).toBe(0);
  });

  it('another venue’s instrument of the same name is not ours', () => {
    versions.saw(anInstrument({ version: 9 }));
    versions.saw(anInstrument({ version: 10, venue: 'binance' }));
    expect(versions.of(own).version).toBe(9);
  });

  it('asks at the start until somebody answers, then hears of changes', async () => {
    const heard = new FleetVersions('hyperliquid', { bus, timers: time.timers });
    heard.start();
    await time.advanceAsync(500);
    bus.subscribe(subjects.marketInstruments, instrumentsRequestCodec, { queueLimit: 8 }, (_ask, { replyTo }) => {
      if (replyTo !== undefined) bus.reply(replyTo, instrumentsPageCodec, ok([anInstrument({ version: 3 })]));
    });
    await time.advanceAsync(3_000);
    expect(heard.of(own).version).toBe(3);
    bus.publish(
      subjects.marketInstrument('hyperliquid', 'BTC-PERP'),
      instrumentChangedCodec,
      anInstrument({ version: 4 }),
    );
    await settled();
    expect(heard.of(own).version).toBe(4);
    heard.stop();
    expect(time.pending).toBe(0);
  });
});
