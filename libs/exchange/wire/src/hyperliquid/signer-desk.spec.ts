import type { RoleView } from '@argosy/exchange-core';
import { signAction } from '../testing/sign-action.js';
import { TestWallet } from '../testing/test-wallet.js';
import { SignerDesk, SignerRefused } from './signer-desk.js';

const wallet = new TestWallet(`0x${'6'.repeat(64)}`);
const noop = (nonce: number) => ({ action: { type: 'noop' }, nonce });
const knowing = (...known: readonly string[]) => ({
  role: (address: string): RoleView => ({ role: known.includes(address) ? 'user' : 'missing' }),
});

describe('who signed an action (I-49)', () => {
  it('is the key that signed for this network, known or not', async () => {
    const request = await signAction(wallet, noop(1));
    expect(new SignerDesk(knowing(wallet.address), 'testnet').prove(request)).toBe(wallet.address);
    expect(new SignerDesk(knowing(), 'testnet').prove(request)).toBe(wallet.address);
    const forMainnet = await signAction(wallet, noop(1), 'a');
    expect(new SignerDesk(knowing(), 'mainnet').prove(forMainnet)).toBe(wallet.address);
  });

  it.each<[string, (desk: SignerDesk) => void, string[]]>([
    ['has an account here', () => undefined, [wallet.address]],
    ['was asked about', (desk) => desk.mention(wallet.address), []],
  ])('refuses a signature for the other network of a key that %s', async (_what, prepare, known) => {
    const desk = new SignerDesk(knowing(...known), 'testnet');
    prepare(desk);
    const request = await signAction(wallet, noop(1), 'a');
    expect(() => desk.prove(request)).toThrow(
      `The signature is one of ${wallet.address} for mainnet; this is testnet.`,
    );
  });

  it('refuses a key nobody knows from its second action for the other network on', async () => {
    const desk = new SignerDesk(knowing(), 'testnet');
    const [first, second] = [await signAction(wallet, noop(1), 'a'), await signAction(wallet, noop(2), 'a')];
    expect(desk.prove(first)).not.toBe(wallet.address);
    expect(() => desk.prove(second)).toThrow(SignerRefused);
  });

  it('does not hold a stranger for one of the other network because others are', async () => {
    const desk = new SignerDesk(knowing(), 'testnet');
    for (let nonce = 1; nonce <= 5; nonce += 1)
      expect(desk.prove(await signAction(wallet, noop(nonce)))).toBe(wallet.address);
  });

  it('reads an approval by the chain that it names', async () => {
    const approval = (hyperliquidChain: string) => ({
      type: 'approveAgent',
      hyperliquidChain,
      signatureChainId: '0x66eee',
      agentAddress: `0x${'1'.repeat(40)}`,
      agentName: 'desk',
      nonce: 9,
    });
    const sign = async (chain: string) => {
      const message = approval(chain);
      const text = await wallet.signTypedData({
        domain: {
          name: 'HyperliquidSignTransaction',
          version: '1',
          chainId: 0x66eee,
          verifyingContract: `0x${'0'.repeat(40)}`,
        },
        types: {
          'HyperliquidTransaction:ApproveAgent': [
            { name: 'hyperliquidChain', type: 'string' },
            { name: 'agentAddress', type: 'address' },
            { name: 'agentName', type: 'string' },
            { name: 'nonce', type: 'uint64' },
          ],
        },
        primaryType: 'HyperliquidTransaction:ApproveAgent',
        message,
      });
      return {
        action: message,
        nonce: 9,
        signature: { r: text.slice(0, 66), s: `0x${text.slice(66, 130)}`, v: Number.parseInt(text.slice(130), 16) },
      };
    };
    const desk = new SignerDesk(knowing(), 'testnet');
    expect(desk.prove(await sign('Testnet'))).toBe(wallet.address);
    const mainnet = await sign('Mainnet');
    expect(() => desk.prove(mainnet)).toThrow('for mainnet; this is testnet');
    expect(() => desk.prove({ ...mainnet, nonce: 10 })).toThrow('Nonce of the action and of the request differ.');
  });
});
