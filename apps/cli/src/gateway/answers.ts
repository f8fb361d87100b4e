/** The parts of the gateway's answers that people are shown; with `-o json` everything passes as it came. */
export interface StatusAnswer {
  readonly system?: string;
  readonly version: string;
  readonly role: string;
  readonly status: string;
  readonly degraded: readonly string[];
  readonly time: string;
  readonly trading_enabled: boolean;
  readonly new_signals_enabled: boolean;
  readonly trading_state: string;
  readonly trading_mode?: string;
  readonly mode_causes?: readonly {
    readonly component: string;
    readonly health: string;
    readonly mode: string;
    readonly reason: string;
  }[];
  readonly kill_switch: KillSwitchAnswer;
  readonly exchanges: Readonly<Record<string, ExchangeAnswer>>;
  readonly strategies: readonly { readonly strategy_id: string; readonly status: string }[] | null;
  readonly services: Readonly<Record<string, ServiceAnswer>>;
  readonly market_data: {
    readonly messages_per_second: number | null;
    readonly feeds_live: number | null;
    readonly feeds_total: number | null;
  };
}

export interface KillSwitchAnswer {
  /** Null while nobody knows. */
  readonly active: boolean | null;
  readonly reason: string | null;
  readonly by: string | null;
  readonly since: string | null;
}

export interface ExchangeAnswer {
  readonly status: string;
  readonly latency_ms: number | null;
  readonly reason: string | null;
}

export interface ServiceAnswer {
  readonly status: string;
  readonly role?: string | null;
  readonly epoch?: number | null;
  readonly standby?: { readonly pid: number; readonly epoch_seen: number } | null;
  readonly version?: string | null;
  readonly pid?: number | null;
  readonly memory_bytes?: number | null;
  readonly conditions?: readonly { readonly name: string; readonly met: boolean; readonly reason: string | null }[];
}

export interface StrategyAnswer {
  readonly strategy_id: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string | null;
  readonly symbols: readonly string[];
  readonly account: string | null;
  readonly paper_trading: boolean;
  readonly performance: {
    readonly daily_pnl_usd: string | null;
    readonly orders_submitted: number;
    readonly orders_refused: number;
    readonly fills: number;
  };
}

export interface OrderAnswer {
  readonly order_id: string;
  readonly account: string;
  readonly strategy_id: string;
  readonly symbol: string;
  readonly instrument_id: string;
  readonly side: string;
  readonly price: string;
  readonly quantity: string;
  readonly filled_quantity: string;
  readonly status: string;
  readonly state: string;
  readonly reason: string | null;
  readonly created_at: string;
}

export interface PositionAnswer {
  readonly account: string;
  readonly account_kind: string;
  readonly strategy_id: string;
  readonly symbol: string;
  readonly instrument_id: string;
  readonly side: string;
  readonly quantity: string;
  readonly average_price: string;
  readonly mark_price: string | null;
  readonly notional: string | null;
  readonly unrealized_pnl: string | null;
}

export interface TradeAnswer {
  readonly trade_id: string;
  readonly time: string;
  readonly account: string;
  readonly strategy_id: string;
  readonly symbol: string;
  readonly side: string;
  readonly price: string;
  readonly quantity: string;
  readonly fee: string;
  readonly fee_asset: string;
  readonly liquidity: string;
  readonly realized_pnl: string | null;
}

export interface PnlAnswer {
  readonly group: string;
  readonly currency: string;
  readonly realised: string;
  readonly unrealised: string;
  readonly funding: string;
  readonly fee: string;
  readonly slippage: string;
  readonly rebate: string;
  readonly net: string;
}

export interface RiskAnswer {
  readonly equity_usd: string | null;
  readonly gross_exposure_usd: string;
  readonly net_exposure_usd: string;
  readonly leverage: string | null;
  readonly margin_ratio: string | null;
  readonly drawdown: string | null;
  readonly open_orders: number;
  readonly in_doubt_orders: number;
  readonly violations: Readonly<Record<string, number>>;
  readonly limits: readonly {
    readonly name: string;
    readonly scope: string;
    readonly limit: string;
    readonly used: string | null;
  }[];
}
