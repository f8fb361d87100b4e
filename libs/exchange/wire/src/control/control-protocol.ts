import { FAULTS, isFaultPlan, isFaultRule, isRuleId, parseFaultPlan, parseFaultRule } from '@argosy/exchange-core';
import type { FaultDirector } from '../faults/fault-director.js';
import type { HttpAnswer, HttpCall, SocketHandlers, WebProtocol } from '../protocol.js';
import type { VenueTruth } from '../truth/venue-truth.js';

export interface ControlParts {
  readonly director: FaultDirector;
  readonly truth: VenueTruth;
  readonly figures: () => Readonly<Record<string, number>>;
  readonly health: () => object;
  /** Pays in or out; undefined when done, or the exchange's own words why not. */
  readonly transfer: (type: 'deposit' | 'withdraw', account: string, amount: string) => string | undefined;
}

/** Entries of one answer. */
const PAGE_MAX = 10_000;
const PAGE = 1_000;
const RULE_PATH = '/faults/rules/';
const TRANSFER_PATH = /^\/accounts\/(0x[0-9a-fA-F]{40})\/(deposit|withdraw)$/;

const ok = (body: unknown): HttpAnswer => ({ status: 200, body: JSON.stringify(body) });
const refused = (status: number, code: string, problems: readonly string[]): HttpAnswer => ({
  status,
  body: JSON.stringify({ error: { code, problems } }),
});
const noSuchPath = refused(404, 'CONTROL_PATH_UNKNOWN', ['see GET /health for what there is']);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The control port: fault rules, what they did, money in and out, and the venue's own truth. For people and harnesses, never for clients. */
export class ControlProtocol implements WebProtocol {
  constructor(private readonly parts: ControlParts) {}

  answer(call: HttpCall): HttpAnswer {
    if (call.path.startsWith(RULE_PATH)) return this.rule(call, call.path.slice(RULE_PATH.length));
    const transfer = TRANSFER_PATH.exec(call.path);
    if (transfer !== null) return this.transfer(call, transfer[1] ?? '', transfer[2] as 'deposit' | 'withdraw');
    if (call.path === '/faults') return this.faults(call);
    if (call.method !== 'GET') return refused(405, 'CONTROL_METHOD_UNKNOWN', [`${call.method} ${call.path}`]);
    switch (call.path) {
      case '/health':
        return ok({ ...this.parts.health(), paths: PATHS });
      case '/figures':
        return ok(this.parts.figures());
      case '/faults/catalogue':
        return ok(FAULTS);
      case '/faults/log':
        return this.page(call, (after, most) => this.parts.director.book.entries(after, most));
      case '/truth':
        return this.page(call, (after, most) => this.parts.truth.entries(after, most));
      default:
        return noSuchPath;
    }
  }

  accept(): SocketHandlers | undefined {
    return undefined;
  }

  private faults({ method, body }: HttpCall): HttpAnswer {
    const { director } = this.parts;
    switch (method) {
      case 'GET':
        break;
      case 'DELETE':
        director.clear();
        break;
      case 'PUT': {
        const plan = parseFaultPlan(parsed(body));
        if (!isFaultPlan(plan)) return refused(400, 'FAULT_PLAN_INVALID', plan);
        director.load(plan);
        break;
      }
      default:
        return refused(405, 'CONTROL_METHOD_UNKNOWN', [`${method} /faults`]);
    }
    return ok({ seed: director.book.seed, rules: director.book.rules(director.nowMs) });
  }

  private rule({ method, body }: HttpCall, id: string): HttpAnswer {
    const { director } = this.parts;
    if (!isRuleId(id)) return refused(400, 'FAULT_RULE_INVALID', [`id '${id.slice(0, 64)}' is not one`]);
    if (method === 'PUT') {
      const rule = parseFaultRule(parsed(body));
      if (!isFaultRule(rule)) return refused(400, 'FAULT_RULE_INVALID', rule);
      if (!director.put(id, rule)) return refused(409, 'FAULT_RULES_FULL', ['too many rules; delete some first']);
    } else if (method !== 'GET' && method !== 'DELETE')
      return refused(405, 'CONTROL_METHOD_UNKNOWN', [`${method} ${RULE_PATH}${id}`]);
    const view = director.book.rule(id, director.nowMs);
    if (view === undefined) return refused(404, 'FAULT_RULE_UNKNOWN', [`no rule '${id}'`]);
    if (method === 'DELETE') director.remove(id);
    return ok(view);
  }

  private transfer({ method, body }: HttpCall, account: string, type: 'deposit' | 'withdraw'): HttpAnswer {
    if (method !== 'POST') return refused(405, 'CONTROL_METHOD_UNKNOWN', [`${method} of a ${type}`]);
    const amount = (parsed(body) as { readonly amount?: unknown } | null | undefined)?.amount;
    if (typeof amount !== 'string')
      return refused(400, 'TRANSFER_INVALID', ['the body is {"amount": "USDC as decimal text"}']);
    const why = this.parts.transfer(type, account, amount);
    return why === undefined ? ok({ type, account, amount }) : refused(409, 'TRANSFER_REFUSED', [why]);
  }

  private page({ query }: HttpCall, read: (after: number, most: number) => readonly { seq: number }[]): HttpAnswer {
    const after = count(query.get('after'), 0, Number.MAX_SAFE_INTEGER);
    const most = count(query.get('limit'), PAGE, PAGE_MAX);
    if (after === undefined || most === undefined)
      return refused(400, 'CONTROL_PAGE_INVALID', [
        `after and limit are whole numbers, limit at most ${String(PAGE_MAX)}`,
      ]);
    const entries = read(after, most);
    return ok({ entries, next: entries.at(-1)?.seq ?? after, forgotten: (entries[0]?.seq ?? after + 1) - after - 1 });
  }
}

const PATHS = [
  'GET /health',
  'GET /figures',
  'GET PUT DELETE /faults',
  'GET PUT DELETE /faults/rules/{id}',
  'POST /accounts/{address}/deposit',
  'POST /accounts/{address}/withdraw',
  'GET /faults/catalogue',
  'GET /faults/log?after=SEQ&limit=N',
  'GET /truth?after=SEQ&limit=N',
];

function count(text: string | null, fallback: number, most: number): number | undefined {
  if (text === null) return fallback;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return value <= most ? value : undefined;
}
