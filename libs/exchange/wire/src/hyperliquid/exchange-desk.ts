import type {
  ActionResponse,
  CancelOutcome,
  CommandBody,
  CommandResult,
  ExchangeAction,
  OrderOutcome,
} from '@argosy/exchange-core';
import type { ExchangeHost } from '../exchange-host.js';
import type { JsonObject } from '../signing/field-order.js';
import { type Network, recoverActionSigner, type RecoverSigner, type Signature } from '../signing/recover-signer.js';
import { parseAction, UnsupportedAction } from './parse-action.js';
import { readAddress, readCount, readObject, readOptionalCount, readText } from './request-reader.js';
import { SignerDesk, SignerRefused } from './signer-desk.js';

const failed = (response: string) => ({ status: 'err', response });
const done = (type: string, statuses: readonly unknown[]) => ({ status: 'ok', response: { type, data: { statuses } } });

function orderStatusOf(outcome: OrderOutcome): unknown {
  if (outcome.kind === 'error') return { error: outcome.message };
  const cloid = outcome.cloid === undefined ? {} : { cloid: outcome.cloid };
  if (outcome.kind === 'resting') return { resting: { oid: outcome.oid, ...cloid } };
  return { filled: { totalSz: outcome.totalSz, avgPx: outcome.avgPx, oid: outcome.oid, ...cloid } };
}

const cancelStatusOf = (outcome: CancelOutcome): unknown =>
  outcome.kind === 'success' ? 'success' : { error: outcome.message };

function wireResponse(action: ExchangeAction, response: ActionResponse): unknown {
  if (response.type === 'default') return { status: 'ok', response: { type: 'default' } };
  if (response.type === 'cancel') return done('cancel', response.outcomes.map(cancelStatusOf));
  const [only] = response.outcomes;
  // One modify tells its outcome like an action without a batch.
  if (action.type === 'modify')
    return only?.kind === 'error' ? failed(only.message) : { status: 'ok', response: { type: 'default' } };
  return done('order', response.outcomes.map(orderStatusOf));
}

const wireResult = (action: ExchangeAction, result: CommandResult): unknown =>
  result.ok ? wireResponse(action, result.response) : failed(result.message);

export type SignedCommand = Extract<CommandBody, { type: 'action' }>;
/** Looks at proven actions before the exchange does: undefined lets it have them. */
export type ActionGate = (
  command: SignedCommand,
) => { readonly refused: string } | { readonly result: CommandResult } | undefined;

function readSignature(request: JsonObject): Signature {
  const signature = readObject(request, 'signature');
  return { r: readText(signature, 'r'), s: readText(signature, 's'), v: readCount(signature, 'v') };
}

/** The actions of `/exchange`: reads the request, proves who signed it, and lets the exchange do it. */
export class ExchangeDesk {
  private readonly signers: SignerDesk;

  constructor(
    private readonly host: ExchangeHost,
    network: Network,
    recoverSigner: RecoverSigner = recoverActionSigner,
    private readonly gate?: ActionGate,
  ) {
    this.signers = new SignerDesk(host.exchange, network, recoverSigner);
  }

  /** An address that somebody asked about: evidence that it is a real one. */
  mention(address: string): void {
    this.signers.mention(address);
  }

  /**
   * The venue's answer, `status` ok or err.
   * @throws MalformedRequest when the request does not have the shape of any action.
   */
  submit(request: JsonObject): unknown {
    try {
      return this.perform(request);
    } catch (error) {
      if (error instanceof UnsupportedAction || error instanceof SignerRefused) return failed(error.message);
      throw error;
    }
  }

  private perform(request: JsonObject): unknown {
    const received = readObject(request, 'action');
    const action = parseAction(received);
    const nonce = readCount(request, 'nonce');
    const expiresAfter = readOptionalCount(request, 'expiresAfter');
    const isVault = Object.hasOwn(request, 'vaultAddress') && request['vaultAddress'] !== null;
    const vaultAddress = isVault ? readAddress(request, 'vaultAddress') : undefined;
    const signer = this.signers.prove({
      action: received,
      nonce,
      signature: readSignature(request),
      ...(vaultAddress === undefined ? {} : { vaultAddress }),
      ...(expiresAfter === undefined ? {} : { expiresAfter }),
    });
    if (vaultAddress !== undefined) throw new UnsupportedAction(`Vault not registered: ${vaultAddress}`);
    const expiry = expiresAfter === undefined ? {} : { expiresAfter };
    const command = { type: 'action', signer, nonce, ...expiry, action } as const;
    const verdict = this.gate?.(command);
    if (verdict === undefined) return wireResult(action, this.host.execute(command));
    return 'refused' in verdict ? failed(verdict.refused) : wireResult(action, verdict.result);
  }
}
