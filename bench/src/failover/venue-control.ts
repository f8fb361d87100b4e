import { isMap } from './json.js';

export interface TruthEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly outcome?: string;
  readonly cloid?: string;
  readonly why?: string;
  /** Of a request that was refused as a whole. */
  readonly cloids?: readonly string[];
  readonly action?: string;
}

/** What became of a request at the venue, and when, ms since 1970 UTC. */
export interface Fate {
  readonly isTaken: boolean;
  readonly atMs: number;
}

const PAGE = 10_000;

/** The simulated exchange as a harness sees it: its control port and its public questions. */
export class VenueControl {
  private next = 0;
  private readonly known: TruthEntry[] = [];
  private readonly fates = new Map<string, Fate>();
  private reading: Promise<readonly TruthEntry[]> = Promise.resolve([]);

  constructor(
    private readonly controlUrl: string,
    private readonly apiUrl: string,
    private readonly account: string,
  ) {}

  /** Everything the venue accepted, refused and did so far, oldest first. */
  truth(): Promise<readonly TruthEntry[]> {
    // One reader at a time: two would read the same page twice.
    this.reading = this.reading.then(() => this.readOn());
    return this.reading;
  }

  /** What it did with an order or a cancel; undefined while it knows nothing of it. */
  async fate(kind: 'order' | 'cancel', clientOrderId: string): Promise<Fate | undefined> {
    await this.truth();
    return this.fates.get(`${kind} ${clientOrderId}`);
  }

  private async readOn(): Promise<readonly TruthEntry[]> {
    for (;;) {
      const page = await read(`${this.controlUrl}/truth?after=${String(this.next)}&limit=${String(PAGE)}`);
      const { entries, next, forgotten } = page as { entries: TruthEntry[]; next: number; forgotten: number };
      if (forgotten > 0) throw new Error(`the venue has forgotten ${String(forgotten)} entries of its truth`);
      for (const entry of entries) this.learn(entry);
      this.next = next;
      if (entries.length < PAGE) return this.known;
    }
  }

  private learn(entry: TruthEntry): void {
    this.known.push(entry);
    const { kind, cloid, cloids = [], action, outcome, atMs } = entry;
    const isTaken = outcome !== 'refused';
    if (kind === 'order' || kind === 'cancel') this.fates.set(`${kind} ${bare(cloid ?? '')}`, { isTaken, atMs });
    if (kind !== 'refused') return;
    const what = action === 'order' ? 'order' : 'cancel';
    for (const each of cloids) this.fates.set(`${what} ${bare(each)}`, { isTaken: false, atMs });
  }

  async putRule(id: string, rule: object): Promise<void> {
    await read(`${this.controlUrl}/faults/rules/${id}`, { method: 'PUT', body: JSON.stringify(rule) });
  }

  async removeRule(id: string): Promise<void> {
    await read(`${this.controlUrl}/faults/rules/${id}`, { method: 'DELETE' });
  }

  async clearRules(): Promise<void> {
    await read(`${this.controlUrl}/faults`, { method: 'DELETE' });
  }

  /** Client order ids, without `0x`, of what rests at the venue. */
  async openOrders(): Promise<ReadonlySet<string>> {
    const orders = (await this.info('frontendOpenOrders', this.account)) as readonly { cloid?: string | null }[];
    return new Set(orders.map(({ cloid }) => bare(cloid ?? 'none')));
  }

  /** Middle of the book. */
  async mid(coin: string): Promise<number> {
    const mids = await this.info('allMids');
    const mid = isMap(mids) ? Number(mids[coin]) : Number.NaN;
    if (!Number.isFinite(mid)) throw new Error(`the venue has no middle price of ${coin}`);
    return mid;
  }

  private info(type: string, user?: string): Promise<unknown> {
    const body = JSON.stringify({ type, ...(user === undefined ? {} : { user }) });
    return read(`${this.apiUrl}/info`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  }
}

/** As we write client order ids. */
export const bare = (cloid: string): string => cloid.replace(/^0x/, '');

async function read(url: string, init: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${String(answer.status)} ${text.slice(0, 300)}`);
  return JSON.parse(text) as unknown;
}
