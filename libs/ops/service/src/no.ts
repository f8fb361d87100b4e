import { Fault, type Refusal, type RefusalCode, REFUSALS, refused, type Result } from '@argosy/domain';
import { OPS_PROBLEMS, type OpsProblem, type OpsProblemCode, problem } from '@argosy/ops-core';

/** Whoever said no: the gateway itself or a service of the fleet. */
export type No = OpsProblem | Refusal;
export type Answer<T> = Result<T, No>;

export interface DescribedNo {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string>>;
  readonly fix: string;
}

const STATUSES: Partial<Readonly<Record<RefusalCode, number>>> = {
  invalid_request: 400,
  order_unknown: 404,
  strategy_unknown: 404,
  account_unknown: 404,
  instrument_unknown: 404,
  halt_state_unknown: 503,
  service_degraded: 503,
  venue_not_ready: 503,
  not_leader: 503,
};
/** The present state does not allow it. */
const CONFLICT = 409;
const RESUME =
  'Resume first: argosy resume "reason", or POST /api/v1/killswitch/resume {"reason": "…"}; then enable trading';

const isOpsCode = (code: string): code is OpsProblemCode => Object.hasOwn(OPS_PROBLEMS, code);

/** As people and programs read it, with the HTTP status it deserves. */
export function describeNo({ code, details }: No): DescribedNo {
  if (isOpsCode(code)) {
    const [status, message, fix] = OPS_PROBLEMS[code];
    return { status, code, message, details, fix };
  }
  const [message, cause, fix] = REFUSALS[code];
  return {
    status: STATUSES[code] ?? CONFLICT,
    code,
    message: `${message}: ${cause}`,
    details,
    fix: code === 'kill_switch_active' ? RESUME : fix,
  };
}

/** What a fault of the wire means to somebody who asked `service` for something. */
export function noAnswer(
  service: string,
  error: unknown,
  isCommand: boolean,
): { readonly ok: false; readonly refusal: No } {
  if (!(error instanceof Fault)) throw error;
  const details = { service, fault: error.code };
  const isUnknown = isCommand && error.code === 'DEADLINE_EXCEEDED';
  return refused(problem(isUnknown ? 'outcome_unknown' : 'service_unavailable', details));
}
