import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { actionHash, type SignedContent } from './action-hash.js';

export type Network = 'mainnet' | 'testnet';
/** `0x` and 40 lower-case hex digits. */
export type Address = `0x${string}`;

/** As clients send it: `r` and `s` hex with `0x`, leading zeros optional; `v` 27 or 28. */
export interface Signature {
  readonly r: string;
  readonly s: string;
  readonly v: number;
}

export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

const hashText = (text: string): Uint8Array => keccak_256(utf8ToBytes(text));
const word = (value: bigint): Uint8Array => hexToBytes(value.toString(16).padStart(64, '0'));
const DOMAIN_TYPE = hashText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');

const domain = (name: string, chainId: bigint): Uint8Array =>
  keccak_256(concatBytes(DOMAIN_TYPE, hashText(name), hashText('1'), word(chainId), new Uint8Array(32)));

const typedDigest = (separator: Uint8Array, struct: Uint8Array): Uint8Array =>
  keccak_256(concatBytes(Uint8Array.of(0x19, 0x01), separator, keccak_256(struct)));

/** Every L1 action is signed for chain 1337, whichever network it is meant for: the source tells them apart. */
const L1_DOMAIN = domain('Exchange', 1337n);
const AGENT_TYPE = hashText('Agent(string source,bytes32 connectionId)');
const SOURCES: Readonly<Record<Network, Uint8Array>> = { mainnet: hashText('a'), testnet: hashText('b') };

const HEX_WORD = /^0x[0-9a-fA-F]{1,64}$/;

function scalar(name: string, text: string): string {
  if (!HEX_WORD.test(text)) throw new SignatureError(`signature ${name} is not hex of at most 32 bytes`);
  return text.slice(2).padStart(64, '0');
}

/** @throws SignatureError when the numbers are no signature at all. */
function recover(digest: Uint8Array, signature: Signature): Address {
  if (signature.v !== 27 && signature.v !== 28) throw new SignatureError(`signature v was ${String(signature.v)}`);
  const compact = hexToBytes(scalar('r', signature.r) + scalar('s', signature.s));
  const recovered = concatBytes(Uint8Array.of(signature.v - 27), compact);
  try {
    const key = secp256k1.recoverPublicKey(recovered, digest, { prehash: false });
    const point = secp256k1.Point.fromBytes(key).toBytes(false);
    return `0x${bytesToHex(keccak_256(point.subarray(1)).subarray(12))}`;
  } catch (error) {
    throw new SignatureError('signature is not a point on the curve', { cause: error });
  }
}

/** How an L1 action's signer is found. @throws SignatureError */
export type RecoverSigner = (content: SignedContent, signature: Signature, network: Network) => Address;

/**
 * Who signed an L1 action, if it was signed for `network`. Signed for the other one, this is some random address:
 * nothing in a signature says which network it was for.
 * @throws SignatureError
 */
export const recoverActionSigner = (content: SignedContent, signature: Signature, network: Network): Address =>
  recoverFromHash(actionHash(content), signature, network);

/** As `recoverActionSigner`, for a hash that is at hand. */
const recoverFromHash = (hash: Uint8Array, signature: Signature, network: Network): Address =>
  recover(typedDigest(L1_DOMAIN, concatBytes(AGENT_TYPE, SOURCES[network], hash)), signature);

const APPROVE_AGENT_TYPE = hashText(
  'HyperliquidTransaction:ApproveAgent(string hyperliquidChain,address agentAddress,string agentName,uint64 nonce)',
);

export interface ApproveAgent {
  readonly signatureChainId: bigint;
  /** `Mainnet` or `Testnet`. */
  readonly hyperliquidChain: string;
  readonly agentAddress: Address;
  readonly agentName: string;
  readonly nonce: number;
}

/** Who signed an `approveAgent`, an action that wallets show to people field by field. @throws SignatureError */
export function recoverApproveAgentSigner(action: ApproveAgent, signature: Signature): Address {
  const struct = concatBytes(
    APPROVE_AGENT_TYPE,
    hashText(action.hyperliquidChain),
    word(BigInt(action.agentAddress)),
    hashText(action.agentName),
    word(BigInt(action.nonce)),
  );
  return recover(typedDigest(domain('HyperliquidSignTransaction', action.signatureChainId), struct), signature);
}
