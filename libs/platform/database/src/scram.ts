import type { Random } from '@argosy/domain';
import type { Secret } from '@argosy/platform-config';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const ITERATIONS = 4_096;

/**
 * What Postgres stores for a password (RFC 5803, SCRAM-SHA-256), so that the password itself never stands in a statement
 * that a server might log.
 */
export function scramVerifier(password: Secret, random: Random): string {
  const salt = Buffer.from(random.bytes(16));
  const salted = pbkdf2Sync(password.reveal().normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${String(ITERATIONS)}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
