import { approvalText } from '@argosy/contracts';
import type { OrderIntent } from '@argosy/domain';
import {
  AccountTrader,
  ApprovalVerifier,
  ExecutionMetrics,
  executionRoutes,
  ExecutionService,
} from '@argosy/execution-service';
import { SilentMetrics, SilentTracer } from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import { createHyperliquidTrading } from '@argosy/venue-hyperliquid';
import {
  ACCOUNT,
  ACCOUNT_NUMBER,
  ANSWER_TIMEOUT_MS,
  APPROVAL_KEY,
  EXECUTION_SETTINGS,
  WALLET_ADDRESS,
  WALLET_KEY,
} from '../fleet-settings.js';
import type { Compose } from '../service-ports.js';

class SharedKeyVerifier extends ApprovalVerifier {
  private readonly hmac = new HmacSha256(APPROVAL_KEY);
  override verify(intent: OrderIntent, mac: Uint8Array): boolean {
    return this.hmac.verify(approvalText(intent), mac);
  }
}

/** Execution as `apps/execution` puts it together, on virtual parts. */
export const composeExecution: Compose = (ports) => {
  const { process, bus, random, http, webSocket, logger, facts, stores, parts, leave } = ports;
  const { clock, timers } = process;
  const journal = parts.journal(stores.journal);
  const real = createHyperliquidTrading(
    {
      accountId: ACCOUNT,
      apiUrl: 'http://hyperliquid',
      wsUrl: 'ws://hyperliquid/ws',
      walletAddress: WALLET_ADDRESS,
      privateKey: WALLET_KEY,
      network: 'testnet',
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
    },
    { clock, timers, random, http, webSocket, logger: logger.child('venues') },
  );
  const account = {
    accountId: ACCOUNT,
    venue: 'hyperliquid',
    kind: 'live',
    number: ACCOUNT_NUMBER,
    signer: real.signerAddress,
  } as const;
  const leadership = ports.leadership([`execution.${ACCOUNT}`]);
  const gate = parts.gate(clock, EXECUTION_SETTINGS.haltStateLimitMs);
  const trader = new AccountTrader(
    account,
    { ...EXECUTION_SETTINGS, doubt: parts.doubt(EXECUTION_SETTINGS.doubt) },
    {
      clock,
      timers,
      journal,
      bus,
      disk: ports.disk,
      venue: parts.venue(real),
      leadership: parts.leadership(leadership),
      verifier: new SharedKeyVerifier(),
      tracer: new SilentTracer(),
      logger: logger.child('orders'),
      metrics: new ExecutionMetrics(new SilentMetrics()),
    },
    gate,
    leave,
  );
  const service = new ExecutionService([trader], gate, leadership, journal, clock, timers, logger, facts);
  return {
    start: async (bind) => {
      await service.warm();
      await leadership.acquire();
      bind(executionRoutes(service));
      await service.start();
    },
    stop: async () => {
      await service.stop();
      await leadership.release();
    },
    epoch: () => leadership.current()?.epoch,
    waitingFor: () => service.waitingFor(),
  };
};
