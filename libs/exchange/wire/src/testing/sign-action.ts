import { bytesToHex } from '@noble/hashes/utils.js';
import { actionHash, type SignedContent } from '../signing/action-hash.js';
import type { Signature } from '../signing/recover-signer.js';
import type { TestWallet } from './test-wallet.js';

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`;

/** Signs an action as the venue documents it, for the testnet (`b`) unless told otherwise. */
export async function signAction(
  wallet: TestWallet,
  content: SignedContent,
  source: 'a' | 'b' = 'b',
): Promise<SignedContent & { signature: Signature }> {
  const text = await wallet.signTypedData({
    domain: { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: ZERO_ADDRESS },
    types: {
      Agent: [
        { name: 'source', type: 'string' },
        { name: 'connectionId', type: 'bytes32' },
      ],
    },
    primaryType: 'Agent',
    message: { source, connectionId: `0x${bytesToHex(actionHash(content))}` },
  });
  return {
    ...content,
    signature: { r: text.slice(0, 66), s: `0x${text.slice(66, 130)}`, v: Number.parseInt(text.slice(130), 16) },
  };
}
