import { id } from './ids.js';
import type { Operation } from './operation.js';

interface BreakerAnswer {
  readonly tripped: boolean;
  readonly trading_mode: string;
}

export async function circuitBreaker(
  { gateway, presenter }: Operation,
  action: 'trip' | 'reset',
  reason: string | undefined,
): Promise<void> {
  const path = `/api/v1/emergency/circuit-breaker${action === 'reset' ? '/reset' : ''}`;
  const answer = (await gateway.send('POST', path, reason === undefined ? {} : { reason })) as BreakerAnswer;
  presenter.show(answer, ({ tripped, trading_mode: mode }) =>
    tripped
      ? `${presenter.paint('bad', 'circuit breaker TRIPPED')}: ${mode}; cancels and reductions go on. argosy circuit-breaker reset`
      : `circuit breaker reset: ${mode}`,
  );
}

interface OverrideAnswer {
  readonly override: {
    readonly strategy_id: string | null;
    readonly size_factor: string;
    readonly max_position_pct: string | null;
    readonly steps_left: number;
    readonly next_step_at: string | null;
  };
}

const show = ({ presenter }: Operation, answer: OverrideAnswer): void =>
  presenter.show(answer, ({ override }) => {
    const share =
      override.max_position_pct === null ? '' : `, positions at most ${override.max_position_pct} of equity`;
    const steps =
      override.steps_left === 0
        ? ''
        : `; ${String(override.steps_left)} steps to come, the next at ${String(override.next_step_at)}`;
    return `${override.strategy_id ?? 'the fleet'}: sizes × ${override.size_factor}${share}${steps}`;
  });

export interface OverrideFlags {
  readonly size_factor?: string;
  readonly max_position_pct?: string;
  readonly strategy_id?: string;
  readonly reason: string;
}

export async function overridePositions(operation: Operation, flags: OverrideFlags): Promise<void> {
  show(operation, (await operation.gateway.send('POST', '/api/v1/risk/position-override', flags)) as OverrideAnswer);
}

export interface RestoreFlags {
  readonly steps: number;
  readonly step_interval_seconds: number;
  readonly strategy_id?: string;
  readonly reason: string;
}

export async function restorePositions(operation: Operation, flags: RestoreFlags): Promise<void> {
  show(
    operation,
    (await operation.gateway.send('POST', '/api/v1/risk/position-override/restore', flags)) as OverrideAnswer,
  );
}

export async function reenable({ gateway, presenter }: Operation, strategy: string, reason: string): Promise<void> {
  presenter.show(
    await gateway.send('POST', `/api/v1/strategies/${id(strategy)}/reenable`, { reason }),
    () => `${strategy} may ask for orders again; argosy strategy start ${strategy} starts it`,
  );
}

export async function beginLosses({ gateway, presenter }: Operation, account: string, reason: string): Promise<void> {
  presenter.show(
    await gateway.send('POST', `/api/v1/risk/accounts/${id(account)}/begin-losses`, { reason }),
    () => `the losses of ${account} are counted from now on`,
  );
}

interface StuckAnswer {
  readonly orders: readonly {
    readonly order_id: string;
    readonly account: string;
    readonly symbol: string;
    readonly state: string;
    readonly since: string | null;
  }[];
  readonly positions: readonly {
    readonly account: string;
    readonly symbol: string;
    readonly quantity: string;
    readonly since: string | null;
  }[];
}

export async function stuck({ gateway, presenter }: Operation): Promise<void> {
  presenter.show((await gateway.get('/api/v1/risk/stuck')) as StuckAnswer, ({ orders, positions }) =>
    [
      presenter.table(
        orders,
        [
          { title: 'order', of: (row) => row.order_id },
          { title: 'account', of: (row) => row.account },
          { title: 'symbol', of: (row) => row.symbol },
          { title: 'state', of: (row) => row.state },
          { title: 'since', of: (row) => row.since ?? '-' },
        ],
        'no order is stuck',
      ),
      '',
      presenter.table(
        positions,
        [
          { title: 'account', of: (row) => row.account },
          { title: 'symbol', of: (row) => row.symbol },
          { title: 'quantity', of: (row) => row.quantity, align: 'right' },
          { title: 'since', of: (row) => row.since ?? '-' },
        ],
        'no position is stuck',
      ),
    ].join('\n'),
  );
}
