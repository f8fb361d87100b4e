import { type OpsProblemCode, problem } from '@argosy/ops-core';
import type { No } from '@argosy/ops-service';

/** Carries a no through the framework to the one place that writes answers. */
export class OpsException extends Error {
  override readonly name = 'OpsException';
  constructor(readonly no: No) {
    super(no.code);
  }
}

export const opsException = (code: OpsProblemCode, details: Readonly<Record<string, string>> = {}): OpsException =>
  new OpsException(problem(code, details));
