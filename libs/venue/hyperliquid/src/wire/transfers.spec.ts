import { format } from '@argosy/domain';
import { parseTransfer, UnknownTransfer } from './transfers.js';

const US = `0x${'1'.repeat(40)}`;
const OTHER = `0x${'2'.repeat(40)}`;
const ROW = { time: 1_700_000_000_000, hash: `0x${'a'.repeat(64)}` };
const moved = (delta: Record<string, unknown>): string => format(parseTransfer({ ...ROW, delta }, US).amount);

describe("what a ledger update put into the account (the venue's own kinds)", () => {
  const kinds: readonly [story: string, delta: Record<string, unknown>, amount: string][] = [
    ['a deposit', { type: 'deposit', usdc: '10000.0' }, '10000'],
    ['a withdrawal, its fee left a cost', { type: 'withdraw', usdc: '99.5', nonce: 1, fee: '1.0' }, '-99.5'],
    ['from the spot account', { type: 'accountClassTransfer', usdc: '5.0', toPerp: true }, '5'],
    ['to the spot account', { type: 'accountClassTransfer', usdc: '5.0', toPerp: false }, '-5'],
    ['to somebody', { type: 'internalTransfer', usdc: '7.0', user: US, destination: OTHER, fee: '1.0' }, '-7'],
    ['from somebody', { type: 'internalTransfer', usdc: '7.0', user: OTHER, destination: US, fee: '1.0' }, '7'],
    ['to ourselves', { type: 'internalTransfer', usdc: '7.0', user: US, destination: US, fee: '1.0' }, '0'],
    ['to a sub-account', { type: 'subAccountTransfer', usdc: '3.0', user: US, destination: OTHER }, '-3'],
    ['into a vault', { type: 'vaultDeposit', vault: OTHER, usdc: '2.0' }, '-2'],
    ['into our vault', { type: 'vaultDeposit', vault: US.toUpperCase().replace('0X', '0x'), usdc: '2.0' }, '2'],
    [
      'back from a vault',
      {
        type: 'vaultWithdraw',
        ...{ vault: OTHER, user: US, requestedUsd: '9.0', commission: '1.0', closingCost: '0.0', basis: '9.0' },
        netWithdrawnUsd: '8.0',
      },
      '8',
    ],
    [
      'between two exchanges, ours left',
      { type: 'send', user: US, destination: US, sourceDex: '', destinationDex: 'spot', token: 'USDC', amount: '4.0' },
      '-4',
    ],
    [
      'between two exchanges of others',
      { type: 'send', user: US, destination: US, sourceDex: 'x', destinationDex: 'y', token: 'USDC', amount: '4.0' },
      '0',
    ],
    [
      'of another token',
      { type: 'send', user: US, destination: OTHER, sourceDex: '', token: 'HYPE', amount: '4' },
      '0',
    ],
    ['a liquidation, told by its fills', { type: 'liquidation', liquidatedNtlPos: '5.0', accountValue: '1.0' }, '0'],
    ['of the spot account', { type: 'spotTransfer', token: 'USDC', amount: '1.0', user: US, destination: OTHER }, '0'],
  ];
  it.each(kinds)('%s', (_story, delta, amount) => {
    expect(moved(delta)).toBe(amount);
  });

  it.each([{ type: 'teleport', usdc: '1.0' }, { type: 'constructor' }])(
    'a kind nobody has seen is no transfer',
    (delta) => {
      expect(() => moved(delta)).toThrow(UnknownTransfer);
    },
  );

  it('two rows of one transaction are two transfers, one row twice is one', () => {
    const id = (usdc: string) => parseTransfer({ ...ROW, delta: { type: 'deposit', usdc } }, US).transferId;
    expect(new Set([id('1.0'), id('2.0'), id('1.00')]).size).toBe(2);
  });
});
