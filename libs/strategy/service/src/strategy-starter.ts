import {
  type AccountExposure,
  emptyCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  strategyLimitsCodec,
  subjects,
} from '@argosy/contracts';
import { Fault, type Instrument, ok, type Order, type Refusal, refusal, refused, type Result } from '@argosy/domain';
import {
  type AnyStrategyType,
  describeStrategyProblem,
  type RunSpec,
  type StrategyConfig,
  type StrategyStore,
  type StrategyTypes,
} from '@argosy/strategy-api';
import type { AccountMirror } from './account-mirror.js';
import { accountFor, resolveInstruments } from './config-check.js';
import type { HostSettings, TradingAccount } from './host-settings.js';
import type { MarketTap } from './market-tap.js';
import { RunLog, type RunLogPorts } from './run-log.js';
import type { StrategyEntry } from './strategy-entry.js';
import type { TradingWatch } from './trading-watch.js';
import { type SessionPorts, StrategySession } from './strategy-session.js';

const REQUEST_TIMEOUT_MS = 2_000;
const RUN_RADIX = 36;

export interface StarterPorts extends SessionPorts {
  readonly store: StrategyStore;
  readonly disk: RunLogPorts['disk'];
}

/** What a start needs to have asked before anything runs. */
interface Ready {
  readonly type: AnyStrategyType;
  readonly instruments: readonly Instrument[];
  readonly account: TradingAccount;
}

/** Everything between "start it" and the first event: who is asked, in what order, and what is refused for want of an answer. */
export class StrategyStarter {
  constructor(
    private readonly types: StrategyTypes,
    private readonly settings: HostSettings,
    private readonly mirror: AccountMirror,
    private readonly tap: MarketTap,
    private readonly trading: TradingWatch,
    private readonly ports: StarterPorts,
  ) {}

  /** Runs the strategy of the entry, or says why not; then nothing of it runs. Faults: STORE_UNAVAILABLE. */
  async start(entry: StrategyEntry, onFailed: (reason: string) => void): Promise<Result<undefined, Refusal>> {
    const ready = await this.ready(entry.config);
    if (!ready.ok) return ready;
    const run = await this.claimRun(entry);
    // Last, so that nothing is awaited between what the account was like and the first event.
    const exposure = await this.exposure(ready.value.account);
    if (!exposure.ok) return exposure;
    const { kill } = this.trading;
    if (kill !== undefined) return refused(refusal('kill_switch_active', { why: kill }));
    const openOrders = this.mirror.ordersNow(exposure.value);
    if (openOrders === undefined)
      return refused(refusal('service_degraded', { service: 'execution', why: 'too much happened on the account' }));
    entry.instruments = ready.value.instruments;
    entry.account = ready.value.account;
    this.begin(entry, { ...ready.value, openOrders }, run, onFailed);
    return ok(undefined);
  }

  /** Of this leader and of this start alone: every order request id begins with it (I-07). */
  private async claimRun({ strategyId }: StrategyEntry): Promise<string> {
    const run = await this.ports.store.claimRun(strategyId, this.ports.clock.now() / 1_000_000n);
    const epoch = this.ports.leadership?.current()?.epoch ?? 0;
    return `${epoch.toString(RUN_RADIX)}_${run.toString(RUN_RADIX)}`;
  }

  private async ready(config: StrategyConfig): Promise<Result<Ready, Refusal>> {
    const type = this.types.get(config.type);
    if (type === undefined) return refused(refusal('invalid_request', { type: config.type }));
    const [listed, limited] = await Promise.all([this.listed(), this.setLimits(config)]);
    if (!listed.ok) return listed;
    if (!limited.ok) return limited;
    const instruments = resolveInstruments(config, type, listed.value);
    if (!instruments.ok) return instruments;
    const [traded] = instruments.value;
    if (traded === undefined) return refused(refusal('instrument_unknown', { symbols: config.symbols.join(', ') }));
    const account = accountFor(config, traded.venue, this.settings.accounts);
    if (!account.ok) return refused(refusal('account_unknown', { why: describeStrategyProblem(account.refusal) }));
    return ok({ type, instruments: instruments.value, account: account.value });
  }

  private async listed(): Promise<Result<readonly Instrument[], Refusal>> {
    return this.asked('market-data', () =>
      this.ports.bus.request(
        subjects.marketInstruments,
        instrumentsRequestCodec,
        instrumentsPageCodec,
        { venue: '' },
        {
          timeoutMs: REQUEST_TIMEOUT_MS,
        },
      ),
    );
  }

  /** Risk refuses every order of a strategy whose limits it does not have. */
  async setLimits({ strategyId, riskLimits }: StrategyConfig): Promise<Result<unknown, Refusal>> {
    return this.asked('risk', () =>
      this.ports.bus.request(
        subjects.riskStrategyLimits,
        strategyLimitsCodec,
        emptyCodec,
        { strategyId, ...riskLimits },
        {
          timeoutMs: REQUEST_TIMEOUT_MS,
        },
      ),
    );
  }

  private async exposure({ accountId }: TradingAccount): Promise<Result<AccountExposure, Refusal>> {
    const waiting = this.mirror.waitingFor(accountId);
    if (waiting !== undefined) return refused(refusal('venue_not_ready', { account: accountId, why: waiting }));
    const exposure = await this.mirror.snapshot(accountId);
    if (exposure === undefined)
      return refused(
        refusal('service_degraded', { service: 'execution', why: 'its view of the account is not known' }),
      );
    if (!exposure.ready)
      return refused(refusal('venue_not_ready', { account: accountId, why: 'execution has not reconciled it yet' }));
    return ok(exposure);
  }

  private async asked<T>(service: string, ask: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { service, code: error.code, why: error.message }));
    }
  }

  private begin(
    entry: StrategyEntry,
    ready: Ready & { readonly openOrders: readonly Order[] },
    run: string,
    onFailed: (reason: string) => void,
  ): void {
    const { config, strategyId } = entry;
    const { clock } = this.ports;
    const { type, account, openOrders } = ready;
    const instruments = ready.instruments.map(({ id }) => id);
    const seed = `${strategyId}/${run}`;
    const spec: RunSpec = {
      strategyId,
      type: type.type,
      version: type.version,
      instruments,
      parameters: config.parameters,
      run,
      seed,
    };
    const configVersion = String(entry.configVersion);
    const session = new StrategySession(
      { spec, account, configVersion, log: this.logOf(spec, configVersion), onFailed },
      this.settings,
      this.ports,
    );
    entry.runs(session, clock.now());
    session.offer({
      kind: 'started',
      at: clock.now(),
      instruments: ready.instruments,
      // Read in the same turn as the first event: every fill after it is fed.
      positions: this.mirror.holdings(account.accountId, strategyId),
      openOrders: openOrders.filter((order) => order.strategyId === strategyId),
    });
    session.tradingMode(this.trading.modeOf(account.accountId));
    const closers = ready.instruments.map((instrument) =>
      this.tap.follow(instrument, type.listensTo, (event, trace) => session.offer(event, trace)),
    );
    entry.unfollow = () => {
      for (const close of closers) close();
    };
    // One that fails on its first event is over before it follows anything.
    if (entry.session !== session) entry.unfollow();
  }

  private logOf(spec: RunSpec, configVersion: string): RunLog | undefined {
    const { log } = this.settings;
    return log === undefined ? undefined : new RunLog(spec, configVersion, log, this.ports);
  }
}
