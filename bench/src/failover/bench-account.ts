import { accountId, instrumentId } from '@argosy/domain';

export const ACCOUNT = accountId('main');
export const INSTRUMENT = instrumentId('hyperliquid_BTC-PERP');
export const COIN = 'BTC';
export const ADDRESS = '0x14791697260E4c9A71f18484C9f997B308e59325';
/** From the test vectors of the venue's own SDKs: worth nothing. */
export const KEY = `0x${'0123456789'.repeat(6)}0123`;
/** Shared by the harness, which plays risk, and execution; worth nothing. */
export const APPROVAL_KEY = 'failover-approval-key-that-guards-nothing-at-all';

export const ACCOUNTS = `fleet_number: 1
accounts:
  - account_id: ${ACCOUNT}
    venue: hyperliquid
    kind: live
    number: 1
    wallet_address: '${ADDRESS}'
    private_key: env:BENCH_ACCOUNT_KEY
    network: testnet
`;

const EPOCH_BITS = 64n;
const EPOCH_MASK = 0xffff_ffffn;

/** The leadership under which an order was made: fleet 16, account 16, epoch 32, sequence 64 bits. */
export const epochOf = (clientOrderId: string): number =>
  Number((BigInt(`0x${clientOrderId}`) >> EPOCH_BITS) & EPOCH_MASK);
