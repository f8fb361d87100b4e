import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { provide, wire } from './wire.js';

abstract class Venue {
  abstract name(): string;
}
abstract class Journal {
  abstract append(line: string): void;
}
class FakeVenue extends Venue {
  override name(): string {
    return 'fake';
  }
}
class ListJournal extends Journal {
  readonly lines: string[] = [];
  override append(line: string): void {
    this.lines.push(line);
  }
}
class PlaceOrderService {
  constructor(
    private readonly venue: Venue,
    private readonly journal: Journal,
  ) {}
  place(): void {
    this.journal.append(this.venue.name());
  }
}

@Module({
  providers: [
    wire(PlaceOrderService, Venue, Journal),
    wire(FakeVenue),
    provide(Venue, (venue: FakeVenue) => venue, FakeVenue),
    provide(Journal, () => new ListJournal()),
  ],
})
class SpecModule {}

describe('wire', () => {
  it('hands a plain class its ports, abstract classes being the tokens', async () => {
    const app = await NestFactory.createApplicationContext(SpecModule, { logger: false });
    app.get(PlaceOrderService).place();
    expect(app.get<ListJournal>(Journal as never).lines).toEqual(['fake']);
    await app.close();
  });

  it('does not compile with swapped, missing or surplus tokens', () => {
    // @ts-expect-error swapped
    expect(wire(PlaceOrderService, Journal, Venue)).toBeDefined();
    // @ts-expect-error missing
    expect(wire(PlaceOrderService, Venue)).toBeDefined();
    // @ts-expect-error surplus
    expect(wire(PlaceOrderService, Venue, Journal, Journal)).toBeDefined();
  });
});
