import { type Reject, reject } from '../api/reject.js';
import type { AgentView } from '../api/view.js';
import { Account } from './account.js';
import { NonceWindow } from './nonce-window.js';

export const ACCOUNTS_MAX = 100_000;
/** Agents of one account: three named and one without a name on the venue. */
export const AGENTS_MAX = 4;
const ADDRESS = /^0x[0-9a-f]{40}$/;

export const normalAddress = (address: string): string => address.toLowerCase();
export const isAddress = (address: string): boolean => ADDRESS.test(address);

/** Everybody who can hold or sign: accounts, the agents they approved, and each signer's nonces. */
export class Accounts {
  readonly byAddress = new Map<string, Account>();
  readonly ownerOf = new Map<string, Account>();
  readonly nonces = new Map<string, NonceWindow>();

  find(address: string): Account | undefined {
    return this.byAddress.get(normalAddress(address));
  }

  open(text: string, background: boolean): Account | Reject {
    const address = normalAddress(text);
    if (!isAddress(address)) return reject('invalidAddress', { address: text.slice(0, 64) });
    const known = this.byAddress.get(address);
    if (known !== undefined) return known;
    if (this.ownerOf.has(address)) return reject('agentTaken', { address });
    if (this.byAddress.size >= ACCOUNTS_MAX) return reject('tooManyAccounts');
    const account = new Account(address, background);
    this.byAddress.set(address, account);
    return account;
  }

  nonceWindow(signer: string): NonceWindow {
    let window = this.nonces.get(signer);
    if (window === undefined) {
      window = new NonceWindow();
      this.nonces.set(signer, window);
    }
    return window;
  }

  /** A second agent of the same name takes the first one's place; its nonces are forgotten, as on the venue. */
  approveAgent(account: Account, text: string, name: string): Reject | undefined {
    const address = normalAddress(text);
    if (!isAddress(address)) return reject('invalidAddress', { address: text.slice(0, 64) });
    if (this.byAddress.has(address) || this.ownerOf.has(address)) return reject('agentTaken', { address });
    const replaced = [...account.agents].find(([, known]) => known === name)?.[0];
    if (replaced === undefined && account.agents.size >= AGENTS_MAX) return reject('tooManyAgents');
    if (replaced !== undefined) {
      account.agents.delete(replaced);
      this.ownerOf.delete(replaced);
      this.nonces.delete(replaced);
    }
    account.agents.set(address, name);
    this.ownerOf.set(address, account);
    return undefined;
  }

  agents(account: Account | undefined): AgentView[] {
    return account === undefined ? [] : [...account.agents].map(([address, name]) => ({ address, name }));
  }
}
