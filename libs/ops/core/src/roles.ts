/** `alerts` is no person: it is what the alert manager's token has, and all that it may do is tell of alerts. */
export const ROLES = ['viewer', 'operator', 'risk_officer', 'admin', 'alerts'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody the gateway knows, and how it came to know them. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
  readonly via: 'signature' | 'bearer' | 'loopback' | 'signal' | 'file' | 'bus';
}
