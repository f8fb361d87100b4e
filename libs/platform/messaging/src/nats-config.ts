import { type ServiceName, SERVICES } from '@argosy/contracts';
import { permissionsOf } from './identities.js';

export interface NatsConfigOptions {
  /** Listening address, `127.0.0.1` unless told otherwise. */
  readonly host?: string;
  readonly ports: { readonly client: number; readonly monitor?: number };
  readonly storeDir: string;
  /** One password a service; the user name is the service's. */
  readonly users: Readonly<Record<ServiceName, string>>;
}

/** Hostile words must not become configuration. */
const quoted = (text: string): string => {
  if (/[^\x20-\x7e]|["\\]/.test(text))
    throw new TypeError('a password or folder for the NATS server holds quotes, backslashes or control characters');
  return `"${text}"`;
};

const list = (subjects: readonly string[]): string =>
  `[\n${subjects.map((one) => `          ${quoted(one)}`).join(',\n')}\n        ]`;

function userBlock(service: ServiceName, password: string): string {
  const { publish, subscribe } = permissionsOf(service);
  return `    {
      user: ${quoted(service)}
      password: ${quoted(password)}
      permissions: {
        publish: { allow: ${list(publish)} }
        subscribe: { allow: ${list(subscribe)} }
      }
    }`;
}

/**
 * The configuration of the fleet's NATS server: nobody without a name, every name exactly its subjects, bounded
 * payloads and queues, streams on disk. Pure: the same input gives the same text.
 *
 * @throws TypeError for text that would need escaping.
 */
export function natsConfig({ host = '127.0.0.1', ports, storeDir, users }: NatsConfigOptions): string {
  const monitor = ports.monitor === undefined ? '' : `http: ${quoted(`${host}:${String(ports.monitor)}`)}\n`;
  return `# Generated from the table of identities in the messaging lib; change it there.
host: ${quoted(host)}
port: ${String(ports.client)}
${monitor}
# One mebibyte of payload, and room for headers.
max_payload: 1114112
max_connections: 256
max_subscriptions: 1000
# A client that does not read this much is cut off; it reconnects and refills.
max_pending: 67108864
write_deadline: "5s"
ping_interval: "10s"
ping_max: 3

jetstream {
  store_dir: ${quoted(storeDir)}
  max_memory_store: 67108864
  max_file_store: 2147483648
}

authorization {
  timeout: 2
  default_permissions: { publish: { deny: [">"] }, subscribe: { deny: [">"] } }
  users: [
${SERVICES.map((service) => userBlock(service, users[service])).join(',\n')}
  ]
}
`;
}
