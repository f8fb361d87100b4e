/** What stands in suspense is found without reading every fill. */
export const LEDGER_0005 = `
create index entries_suspense on ledger.entries (book_id, sequence) where kind = 'suspense';
`;
