import { type Exchange, rejectText } from '@argosy/exchange-core';
import type { SignedContent } from '../signing/action-hash.js';
import type { JsonObject } from '../signing/field-order.js';
import {
  type Address,
  type Network,
  recoverApproveAgentSigner,
  recoverActionSigner,
  type RecoverSigner,
  type Signature,
  SignatureError,
} from '../signing/recover-signer.js';
import { MalformedRequest, readAddress, readCount, readText } from './request-reader.js';

/** The signature proves nobody, or nobody here. */
export class SignerRefused extends Error {
  override readonly name = 'SignerRefused';
}

export interface SignedRequest extends SignedContent {
  readonly signature: Signature;
}

/** Addresses remembered as mentioned; the oldest are forgotten. */
const MENTIONED_MAX = 100_000;
const CHAINS: Readonly<Record<Network, string>> = { mainnet: 'Mainnet', testnet: 'Testnet' };
const other = (network: Network): Network => (network === 'mainnet' ? 'testnet' : 'mainnet');

/**
 * Says who signed a request.
 *
 * A signature for the other network recovers to some random address here, and nothing in it tells. Where accounts open
 * by themselves that address would become an account, so before a stranger is let in, the signature is read as one for
 * the other network too: if that gives somebody who is known, or who was asked about, it is refused by that name.
 */
export class SignerDesk {
  private readonly mentioned = new Set<string>();

  constructor(
    private readonly exchange: Pick<Exchange, 'role'>,
    private readonly network: Network,
    private readonly recover: RecoverSigner = recoverActionSigner,
  ) {}

  /** Somebody asked about this address or subscribed to it. */
  mention(address: string): void {
    this.mentioned.delete(address);
    this.mentioned.add(address);
    if (this.mentioned.size <= MENTIONED_MAX) return;
    for (const oldest of this.mentioned) {
      this.mentioned.delete(oldest);
      return;
    }
  }

  /** @throws SignerRefused, MalformedRequest */
  prove(request: SignedRequest): Address {
    try {
      return request.action['type'] === 'approveAgent' ? this.proveApproval(request) : this.proveAction(request);
    } catch (error) {
      if (error instanceof SignatureError) throw new SignerRefused(`Invalid signature: ${error.message}`);
      throw error;
    }
  }

  private proveAction(request: SignedRequest): Address {
    const signer = this.recover(request, request.signature, this.network);
    if (this.isKnown(signer)) return signer;
    const elsewhere = this.recover(request, request.signature, other(this.network));
    if (this.isReal(elsewhere)) throw this.wrongNetwork(signer, elsewhere);
    // The same stranger on the other network twice is no coincidence.
    if (!this.mentioned.has(signer)) this.mention(elsewhere);
    return signer;
  }

  private proveApproval({ action, nonce, signature }: SignedRequest): Address {
    const chain = readText(action, 'hyperliquidChain');
    if (readCount(action, 'nonce') !== nonce) throw new SignerRefused('Nonce of the action and of the request differ.');
    const signer = recoverApproveAgentSigner(
      {
        signatureChainId: readChainId(action),
        hyperliquidChain: chain,
        agentAddress: readAddress(action, 'agentAddress'),
        agentName: typeof action['agentName'] === 'string' ? action['agentName'] : '',
        nonce,
      },
      signature,
    );
    if (chain !== CHAINS[this.network]) throw this.wrongNetwork(signer, signer);
    return signer;
  }

  private isKnown(address: string): boolean {
    return this.exchange.role(address).role !== 'missing';
  }

  private isReal(address: string): boolean {
    return this.isKnown(address) || this.mentioned.has(address);
  }

  private wrongNetwork(signer: Address, meant: Address): SignerRefused {
    const text = rejectText('unknownAccount', { address: signer });
    return new SignerRefused(
      `${text} The signature is one of ${meant} for ${other(this.network)}; this is ${this.network}.`,
    );
  }
}

const CHAIN_ID = /^0x[0-9a-fA-F]{1,16}$/;

function readChainId(action: JsonObject): bigint {
  const text = readText(action, 'signatureChainId');
  if (!CHAIN_ID.test(text)) throw new MalformedRequest('signatureChainId must be hex');
  return BigInt(text);
}
