import { AUDIT_PAGE_MAX, type AuditLog, type AuditRecord, GENESIS_HASH } from '@argosy/ops-core';

export const aRecord = (over: Partial<AuditRecord> = {}): AuditRecord => ({
  requestId: 'r1',
  phase: 'intent',
  atNs: 1_767_225_600_000_000_000n,
  actor: 'ann',
  role: 'admin',
  via: 'signature',
  action: 'config.set',
  route: 'POST /api/v1/config',
  decision: 'allowed',
  reason: "start of day; drop table 'x' — ü",
  requestHash: 'ab',
  outcome: '',
  ...over,
});

/** Any audit log behaves like this. */
export function auditLogContract(make: () => Promise<AuditLog>): void {
  it('begins with nothing, and nothing verifies', async () => {
    const log = await make();
    expect(await log.recent(10)).toEqual([]);
    expect(await log.verify()).toEqual({ valid: true, entries: 0n, headHash: GENESIS_HASH });
  });

  it('chains what it is told, in the order it was told', async () => {
    const log = await make();
    const entries = await Promise.all(['a', 'b', 'c'].map((reason) => log.append(aRecord({ reason }))));
    expect(entries.map(({ sequence, reason }) => `${String(sequence)}${reason}`)).toEqual(['1a', '2b', '3c']);
    expect(entries[1]?.previousHash).toBe(entries[0]?.hash);
    expect(await log.recent(2)).toEqual([entries[2], entries[1]]);
    expect(await log.verify()).toEqual({ valid: true, entries: 3n, headHash: entries[2]?.hash });
  });

  it('gives back every field as it was given', async () => {
    const log = await make();
    const record = aRecord({ phase: 'refusal', decision: 'refused', outcome: '{"a":"\\u00fc"}', role: 'none' });
    await log.append(record);
    expect((await log.recent(1))[0]).toMatchObject(record);
  });

  it('verifies chains longer than a page', async () => {
    const log = await make();
    for (let at = 0; at < AUDIT_PAGE_MAX / 100 + 1; at += 1) {
      await Promise.all(Array.from({ length: 100 }, () => log.append(aRecord())));
    }
    expect(await log.verify()).toMatchObject({ valid: true, entries: BigInt(AUDIT_PAGE_MAX + 100) });
    expect(await log.recent(5_000)).toHaveLength(AUDIT_PAGE_MAX);
  }, 60_000);
}
