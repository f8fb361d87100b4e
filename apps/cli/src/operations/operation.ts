import { UndiciHttpClient } from '@argosy/platform-runtime';
import { findGateway, type FoundGateway, type GatewayOptions } from '../gateway/find-gateway.js';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { Shell } from '../shell.js';
import { type OutputFormat, Presenter } from '../terminal/presenter.js';

export interface OperationOptions extends GatewayOptions {
  readonly output: OutputFormat;
}

/** What an operation on a running fleet works with. */
export interface Operation {
  readonly shell: Shell;
  readonly found: FoundGateway;
  readonly gateway: GatewayClient;
  readonly presenter: Presenter;
  readonly http: UndiciHttpClient;
}

/** Finds the fleet, does it, and lets go of the sockets. */
export async function operate<T>(
  shell: Shell,
  options: OperationOptions,
  act: (operation: Operation) => Promise<T>,
): Promise<T> {
  const found = await findGateway(shell, options);
  const http = new UndiciHttpClient();
  try {
    const gateway = new GatewayClient(found, { http, clock: shell.clock, random: shell.random });
    return await act({ shell, found, gateway, http, presenter: new Presenter(shell.terminal, options.output) });
  } finally {
    await http.close();
  }
}
