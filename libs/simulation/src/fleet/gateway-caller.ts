import { createHash } from 'node:crypto';
import { Fault, nsToMs } from '@argosy/domain';
import { canonicalText } from '@argosy/ops-core';
import { HmacSha256 } from '@argosy/platform-runtime';
import type { Way } from '../kernel/network.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { OPERATOR } from './fleet-settings.js';
import type { HttpAnswer } from './service-ports.js';
import type { SimWorld } from './sim-world.js';

const TIMEOUT_US = 3_000_000;
const OK = 200;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A person's requests to the gateway, signed as the manual says and sent over the network. */
export class GatewayCaller {
  private readonly mac = new HmacSha256(OPERATOR.key);
  /** One connection to each gateway: what a person asks first arrives first. */
  private readonly ways = new Map<string, Way>();
  private requests = 0;
  private refusals = 0;

  constructor(
    private readonly world: SimWorld,
    private readonly desk: SimProcess,
  ) {}

  /** People know one gateway, and try the other when it does not answer or will not do what they ask. */
  async ask(method: 'GET' | 'POST', target: string, content?: object): Promise<HttpAnswer> {
    const gateways = [...this.world.hosts.values()].filter(({ service }) => service === 'ops-gateway');
    const gateway = gateways[this.refusals % gateways.length]?.name ?? '';
    this.requests += 1;
    const body = content === undefined ? '' : JSON.stringify(content);
    const timestamp = String(nsToMs(this.desk.clock.now()));
    const nonce = `n${String(this.requests)}`;
    const signature = this.mac.sign(canonicalText({ timestamp, nonce, method, target, bodyHash: sha256(body) }));
    const rawHeaders = [
      ...['X-API-KEY', OPERATOR.keyId, 'X-TIMESTAMP', timestamp],
      ...['X-NONCE', nonce, 'X-SIGNATURE', hex(signature)],
    ];
    try {
      const answer = await this.sent(gateway, { method, target, rawHeaders, body, from: this.desk.machineName });
      if (answer.status !== OK) this.refusals += 1;
      return answer;
    } catch (error) {
      this.refusals += 1;
      throw error;
    }
  }

  private sent(gateway: string, ask: Parameters<SimWorld['serve']>[1]): Promise<HttpAnswer> {
    const { world, desk } = this;
    const { scheduler, network } = world;
    return desk.ask((resolve, reject) => {
      const giveUp = scheduler.after(TIMEOUT_US, () =>
        reject(new Fault('DEADLINE_EXCEEDED', `${gateway} does not answer`)),
      );
      const there = this.ways.get(gateway) ?? network.way(desk.machineName, gateway);
      this.ways.set(gateway, there);
      there.send(() =>
        world.serve(gateway, ask, (answer) =>
          network.send(gateway, desk.machineName, () => {
            giveUp.cancel();
            resolve(answer);
          }),
        ),
      );
    });
  }
}
