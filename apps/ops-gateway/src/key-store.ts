import { type ApiKey, KeyRing } from '@argosy/ops-core';
import { ConfigError, loadConfigFile } from '@argosy/platform-config';
import { type Disk, type Logger } from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import { Fault, type Timer, type Timers } from '@argosy/domain';
import { KeysFile, type OpsConfig, SECRET_LENGTH_MIN } from './ops.config.js';

/** A key that is taken out of the file is refused within this time and the next request (I-55: a second). */
const READ_EACH_MS = 500;

type Environment = Readonly<Record<string, string | undefined>>;

/** The gateway's keys: one from the environment, the others from a file that is read again while the gateway runs. */
export class KeyStore {
  readonly ring = new KeyRing([], []);
  private timer: Timer | undefined;
  private shown = '';
  private broken = false;

  constructor(
    private readonly config: OpsConfig,
    private readonly env: Environment,
    private readonly disk: Disk,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** @throws ConfigError when the file, or a secret it refers to, cannot be read. */
  async start(): Promise<void> {
    await this.read();
    this.timer = this.timers.every(READ_EACH_MS, () => void this.readAgain());
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** A file that cannot be read takes nobody's key away by itself, and gives nobody one. */
  private async readAgain(): Promise<void> {
    try {
      await this.read();
      this.broken = false;
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof Fault)) throw error;
      if (!this.broken) this.logger.error('keys_unreadable', { reason: error.message });
      this.broken = true;
    }
  }

  private async read(): Promise<void> {
    const { OPS_KEYS_FILE: path } = this.config;
    const file = path === undefined ? new KeysFile() : await loadConfigFile(path, KeysFile, this.disk);
    const keys: ApiKey[] = [...this.ownKey()];
    for (const { key_id: keyId, actor, role, secret } of file.keys) {
      keys.push({ keyId, actor, role, mac: new HmacSha256(await this.secretOf(keyId, secret)) });
    }
    this.ring.replace(
      keys,
      file.tokens.map(({ actor, role, hash }) => ({ actor, role, tokenHash: hash })),
    );
    const shown = [
      ...keys.map(({ keyId, role }) => `${keyId}:${role}`),
      ...file.tokens.map(({ actor, role }) => `${actor}:${role}`),
    ].join(' ');
    if (shown !== this.shown) this.logger.info('keys_read', { keys: keys.length, tokens: file.tokens.length });
    this.shown = shown;
  }

  private ownKey(): readonly ApiKey[] {
    const { OPS_API_KEY: keyId, OPS_API_SECRET: secret, OPS_API_ACTOR: actor, OPS_API_ROLE: role } = this.config;
    return keyId === undefined || secret === undefined
      ? []
      : [{ keyId, actor, role, mac: new HmacSha256(secret.reveal()) }];
  }

  private async secretOf(keyId: string, reference: string): Promise<string> {
    const [kind, place] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
    const secret = kind === 'env' ? this.env[place] : new TextDecoder().decode(await this.disk.readFile(place)).trim();
    if (secret !== undefined && secret.length >= SECRET_LENGTH_MIN) return secret;
    const problem = `the secret of key ${keyId} is absent or shorter than ${String(SECRET_LENGTH_MIN)} characters`;
    throw new ConfigError([{ code: 'CONFIG_MISSING_VALUE', where: reference, problem, fix: 'Put it there' }]);
  }
}
