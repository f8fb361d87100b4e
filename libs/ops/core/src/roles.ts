export const ROLES = ['viewer', 'operator', 'risk_officer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody the gateway knows, and how it came to know them. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
  readonly via: 'signature' | 'bearer' | 'loopback' | 'signal';
}
