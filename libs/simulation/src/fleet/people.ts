import {
  cancelAllAcceptedCodec,
  cancelAllOrdersCodec,
  configureTradingCodec,
  killCodec,
  killReceiptCodec,
  resumeCodec,
  startStrategyCodec,
  stopStrategyCodec,
  strategyViewCodec,
  subjects,
  tradingStateCodec,
} from '@argosy/contracts';
import { type Codec, Fault, type Refusal, type Result } from '@argosy/domain';
import { InMemoryBus } from '@argosy/platform-virtual';
import { busLink } from '../kernel/bus-link.js';
import { GatewayCaller } from './gateway-caller.js';
import type { SimProcess } from '../kernel/sim-process.js';
import type { SimWorld } from './sim-world.js';

const TIMEOUT_MS = 2_000;
const AGAIN_MS = 500;
const TRIES_MAX = 40;
const ACTOR = 'operator';
const KILL_SWITCH = '/api/v1/killswitch';
const RECEIPT_AGAIN_MS = 1_000;
const READS = ['/api/v1/status', '/api/v1/positions', KILL_SWITCH] as const;
export const STRATEGIES = ['maker', 'dice', 'gambler'] as const;

/** What became of a kill, as the gateway shows it to people. */
export interface ReadReceipt {
  readonly kill_id: string;
  readonly complete: boolean;
  readonly orders: readonly {
    readonly order_id: string;
    readonly outcome: string;
    readonly filled_quantity: string;
  }[];
}

interface KilledAtGateway {
  readonly complete: boolean;
  readonly services: Readonly<Record<'execution' | 'risk', { readonly latched: string }>>;
}

/** An answer, or a no that says by which code. */
type Said<T> = Result<T, { readonly code: string }>;

/** Somebody at a console: asks again until it worked, as people do. */
export class People {
  #gateway: GatewayCaller | undefined;
  #desk: { readonly process: SimProcess; readonly bus: InMemoryBus } | undefined;
  #kills = 0;
  /** When execution confirmed the kill that holds now, us; undefined while nobody is stopped. */
  killedAtUs: number | undefined;
  /** Whether somebody has asked for a kill that was not lifted since, confirmed or not. */
  killWanted = false;
  /** Who has said of the kill that holds that it is stored. */
  readonly durable = new Set<'execution' | 'risk'>();

  constructor(private readonly world: SimWorld) {}

  /** Made late: the world has to be whole first. */
  private get desk(): { readonly process: SimProcess; readonly bus: InMemoryBus } {
    const { world } = this;
    if (this.#desk === undefined) {
      const process = world.visitor('operator');
      const link = busLink(process, world.messageServer, world.network);
      this.#desk = { process, bus: new InMemoryBus(world.broker, 'operator', link, process) };
    }
    return this.#desk;
  }

  /** A kill begins; returns whether it still is the one that people want. */
  private killBegins(): () => boolean {
    this.#kills += 1;
    this.killWanted = true;
    this.durable.clear();
    const number = this.#kills;
    return () => this.killWanted && number === this.#kills;
  }

  /** Both who latch a kill are told, each until it has confirmed. */
  kill(): void {
    const isWanted = this.killBegins();
    const kill = { actor: ACTOR, reason: 'something is wrong', killId: `kill-${String(this.#kills)}` };
    for (const service of ['execution', 'risk'] as const) {
      const tell = async (): Promise<Result<unknown, Refusal>> => {
        const receipt = await this.ask(subjects.tradingKill(service), killCodec, killReceiptCodec, kill);
        if (receipt.ok && receipt.value.durable && isWanted()) this.durable.add(service);
        return receipt;
      };
      // Whoever has resumed does not go on asking for the kill before.
      void this.insist(`kill ${service}`, tell, [], isWanted).then((confirmed) => {
        if (confirmed && service === 'execution') this.killConfirmed(isWanted);
      });
    }
  }

  /** As people do it: over HTTP, again until both have stored it and the strategies have stopped. */
  killAtGateway(): void {
    const isWanted = this.killBegins();
    const tell = async (): Promise<Said<unknown>> => {
      const said = await this.overHttp<KilledAtGateway>('POST', KILL_SWITCH, { reason: 'something is wrong' });
      if (!said.ok || !isWanted()) return said;
      const { complete, services } = said.value;
      for (const service of ['execution', 'risk'] as const)
        if (services[service].latched === 'durable') this.durable.add(service);
      if (this.durable.has('execution')) this.killConfirmed(isWanted);
      return complete ? said : { ok: false, refusal: { code: 'not_complete' } };
    };
    void this.insist('kill at the gateway', tell, [], isWanted);
  }

  private killConfirmed(isWanted: () => boolean): void {
    if (!isWanted() || this.killedAtUs !== undefined) return;
    this.killedAtUs = this.world.nowUs;
    void this.readReceipt(isWanted);
  }

  /** What became of every order, read until somebody says that this is all. */
  private async readReceipt(isWanted: () => boolean): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX && isWanted(); tries += 1) {
      await this.desk.process.timers.sleep(RECEIPT_AGAIN_MS);
      const said = await this.overHttp<ReadReceipt>('GET', `${KILL_SWITCH}/receipt`);
      if (!said.ok || !isWanted()) continue;
      this.world.tell('receiptRead', said.value);
      if (said.value.complete) return;
    }
  }

  /** One call lifts both latches; then somebody starts the strategies again. */
  resumeAtGateway(): void {
    this.killWanted = false;
    this.killedAtUs = undefined;
    const tell = (): Promise<Said<unknown>> =>
      this.overHttp('POST', `${KILL_SWITCH}/resume`, { reason: 'looked into it' });
    void this.insist('resume at the gateway', tell, [], () => !this.killWanted).then((lifted) =>
      lifted && !this.killWanted ? this.openShop(STRATEGIES) : undefined,
    );
  }

  /** Somebody looks how things are. */
  async look(): Promise<void> {
    for (const path of READS) await this.insist(`read ${path}`, () => this.overHttp('GET', path));
  }

  private async overHttp<T>(method: 'GET' | 'POST', target: string, content?: object): Promise<Said<T>> {
    this.#gateway ??= new GatewayCaller(this.world, this.desk.process);
    try {
      const { status, body } = await this.#gateway.ask(method, target, content);
      const said: unknown = JSON.parse(body);
      if (status === 200) return { ok: true, value: said as T };
      return { ok: false, refusal: (said as { readonly error: { readonly code: string } }).error };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { ok: false, refusal: { code: error.code } };
    }
  }

  /** Execution first, then risk, then trading is enabled again. */
  resume(): void {
    const resume = { actor: ACTOR, reason: 'looked into it' };
    this.killWanted = false;
    this.killedAtUs = undefined;
    void (async () => {
      for (const service of ['execution', 'risk'] as const)
        await this.insist(
          `resume ${service}`,
          () => this.ask(subjects.tradingResume(service), resumeCodec, killReceiptCodec, resume),
          [],
          // Nobody goes on resuming what somebody has killed again.
          () => !this.killWanted,
        );
      // A kill has stopped every strategy: somebody has to start them again.
      if (!this.killWanted) await this.openShop(STRATEGIES);
    })();
  }

  private enable(): Promise<boolean> {
    return this.insist('enable trading', () =>
      this.ask(subjects.tradingConfigure, configureTradingCodec, tradingStateCodec, {
        actor: ACTOR,
        reason: 'a new day',
        tradingEnabled: true,
        newSignalsEnabled: true,
      }),
    );
  }

  /** Enables trading and starts every strategy. */
  async openShop(strategies: readonly string[]): Promise<void> {
    await this.enable();
    for (const strategyId of strategies) {
      await this.insist(`start ${strategyId}`, () =>
        this.ask(subjects.strategyStart, startStrategyCodec, strategyViewCodec, { strategyId, actor: ACTOR }),
      );
    }
  }

  /** Stops every strategy, and asks for the cancel of whatever is left. */
  async closeShop(strategies: readonly string[]): Promise<void> {
    for (const strategyId of strategies) {
      await this.insist(`stop ${strategyId}`, () =>
        this.ask(subjects.strategyStop, stopStrategyCodec, strategyViewCodec, {
          strategyId,
          actor: ACTOR,
          reason: 'the day is over',
          cancelOrders: true,
          force: true,
        }),
      );
    }
    await this.insist('cancel everything', () =>
      this.ask(subjects.orderCancelAll('all'), cancelAllOrdersCodec, cancelAllAcceptedCodec, {
        accountId: '',
        strategyId: '',
        instrumentId: '',
        reason: 'the day is over',
      }),
    );
  }

  ask<Q, R>(subject: string, ask: Codec<Q>, answer: Codec<R>, message: Q): Promise<Result<R, Refusal>> {
    return this.desk.bus.request(subject, ask, answer, message, { timeoutMs: TIMEOUT_MS });
  }

  /**
   * True once it was answered well, or with a refusal that says that there is nothing left to do.
   * @param done those refusals
   */
  async insist(
    what: string,
    run: () => Promise<Said<unknown>>,
    done: readonly string[] = [],
    isWanted: () => boolean = () => true,
  ): Promise<boolean> {
    for (let tries = 0; tries < TRIES_MAX && isWanted(); tries += 1) {
      const said = await run().then(
        (result) => (result.ok ? 'done' : result.refusal.code),
        (error: unknown) => {
          if (!(error instanceof Fault)) throw error;
          return error.code;
        },
      );
      this.world.log.write('operator', what, said);
      // Nothing that people here say is wrong in itself.
      if (said === 'invalid_request') this.world.violated('no-bug', `the operator's '${what}' is called invalid`);
      if (said === 'done' || done.includes(said)) return true;
      await this.desk.process.timers.sleep(AGAIN_MS);
    }
    return false;
  }
}
