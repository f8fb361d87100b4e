import { ByteWriter } from './byte-writer.js';
import { fromHex, toHex } from './hex.js';
import { keccak256 } from './keccak.js';
import { type PackValue, writeValue } from './message-pack.js';
import type { SigningKey } from './signing-key.js';
import { domainSeparator, typedDataDigest } from './typed-data.js';

export type Network = 'mainnet' | 'testnet';

export interface WireSignature {
  readonly r: string;
  readonly s: string;
  readonly v: 27 | 28;
}

export interface SignedParts {
  readonly action: PackValue;
  /** Milliseconds, single use per signer. */
  readonly nonce: bigint;
  /** The venue refuses the action after this, ms in its own time. */
  readonly expiresAfterMs?: bigint | undefined;
}

/** The venue signs "phantom agents": source `a` is the main network, `b` every other one. */
const SOURCE: Record<Network, string> = { mainnet: 'a', testnet: 'b' };
const AGENT_CHAIN_ID = 1337;
const utf8 = new TextEncoder();
const AGENT_TYPE_HASH = keccak256(utf8.encode('Agent(string source,bytes32 connectionId)'));

/**
 * Signs actions for one signer on one network. Buffers and hashes that never change are made once; an order costs two
 * hashes of fixed size, one of the action, and the signature.
 */
export class ActionSigner {
  private readonly writer = new ByteWriter();
  private readonly domain = domainSeparator('Exchange', AGENT_CHAIN_ID);
  /** typeHash ‖ keccak(source) ‖ connection id. */
  private readonly agent = new Uint8Array(96);
  private readonly vault: Uint8Array | undefined;

  constructor(
    private readonly key: SigningKey,
    network: Network,
    readonly vaultAddress?: string,
  ) {
    this.agent.set(AGENT_TYPE_HASH, 0);
    this.agent.set(keccak256(utf8.encode(SOURCE[network])), 32);
    this.vault = vaultAddress === undefined ? undefined : fromHex(vaultAddress, 20, 'the vault address');
  }

  /**
   * keccak256(msgpack(action) ‖ nonce ‖ vault flag and address ‖ expiry), as the official Python SDK's `action_hash`
   * defines it.
   * @throws RangeError for an action that cannot be packed.
   */
  connectionId({ action, nonce, expiresAfterMs }: SignedParts): Uint8Array {
    const out = this.writer.reset();
    writeValue(out, action);
    out.u64(nonce);
    if (this.vault === undefined) {
      out.u8(0);
    } else {
      out.u8(1);
      out.bytes(this.vault);
    }
    if (expiresAfterMs !== undefined) {
      out.u8(0);
      out.u64(expiresAfterMs);
    }
    return keccak256(out.written());
  }

  sign(parts: SignedParts): WireSignature {
    this.agent.set(this.connectionId(parts), 64);
    const { signature, recid } = this.key.sign(typedDataDigest(this.domain, keccak256(this.agent)));
    return { r: toHex(signature, 0, 32), s: toHex(signature, 32, 64), v: recid === 0 ? 27 : 28 };
  }
}
