/** The parts of the gateway's answers that people are shown; everything else passes through with `-o json`. */
export interface StatusAnswer {
  readonly status?: string;
  readonly role?: string;
  readonly version?: string;
  readonly trading_enabled?: boolean;
  readonly new_signals_enabled?: boolean;
  readonly kill_switch?: { readonly active?: boolean; readonly reason?: string; readonly actor?: string; readonly since?: string } | boolean;
  readonly exchanges?: readonly ExchangeAnswer[] | Readonly<Record<string, ExchangeAnswer>>;
  readonly strategies?: readonly StrategyAnswer[];
  readonly services?: readonly ServiceAnswer[];
}

export interface ExchangeAnswer {
  readonly exchange?: string;
  readonly name?: string;
  readonly status?: string;
  readonly latency_ms?: number | null;
  readonly reason?: string;
}

export interface ServiceAnswer {
  readonly service?: string;
  readonly name?: string;
  readonly ready?: boolean;
  readonly status?: string;
  readonly reason?: string;
  readonly pid?: number;
}

export interface StrategyAnswer {
  readonly strategy_id: string;
  readonly name?: string;
  readonly type?: string;
  readonly status: string;
  readonly reason?: string;
  readonly symbols?: readonly string[];
  readonly paper_trading?: boolean;
  readonly orders_submitted?: number;
  readonly orders_refused?: number;
  readonly fills?: number;
  readonly daily_pnl_usd?: string | number | null;
  readonly config?: unknown;
}

export interface OrderAnswer {
  readonly order_id: string;
  readonly strategy_id?: string;
  readonly exchange?: string;
  readonly symbol?: string;
  readonly side?: string;
  readonly price?: string;
  readonly quantity?: string;
  readonly filled_quantity?: string;
  readonly status?: string;
  readonly created_at?: string;
  readonly reason?: string;
}
