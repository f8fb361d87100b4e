import { type ProcessCondition, ProcessFacts } from '@argosy/platform-port';

class QuietProcess extends ProcessFacts {
  readonly version = '0.0.0';
  readonly pid = 1;
  override memoryBytes(): number {
    return 1;
  }
  override conditions(): readonly ProcessCondition[] {
    return [];
  }
}

/** A process with nothing to say of itself. */
export const aProcess = (): ProcessFacts => new QuietProcess();
