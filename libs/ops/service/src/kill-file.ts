import { Fault } from '@argosy/domain';
import { type OpsProblem, problem } from '@argosy/ops-core';
import type { Disk } from '@argosy/platform-port';

export type KillFileState = 'unwatched' | 'absent' | 'present' | 'unreadable';

/** Of what somebody wrote into it, for the audit. */
const TEXT_LENGTH_MAX = 300;

/** The file whose presence kills (RK-3): what was seen of it last. Nothing is known of it before the first look. */
export class KillFile {
  private state: KillFileState;
  private problemText = 'not looked at yet';

  /** @param path undefined when no such file is watched */
  constructor(
    private readonly path: string | undefined,
    private readonly disk: Disk,
  ) {
    this.state = path === undefined ? 'unwatched' : 'unreadable';
  }

  get isWatched(): boolean {
    return this.path !== undefined;
  }

  view(): { readonly path: string | null; readonly state: KillFileState; readonly reason: string | null } {
    const reason = this.state === 'unreadable' ? this.problemText : null;
    return { path: this.path ?? null, state: this.state, reason };
  }

  /** Why trading must not be enabled now; an unknown state closes the gate and latches nothing (I-13). */
  enableProblem(): OpsProblem | undefined {
    if (this.state !== 'unreadable') return undefined;
    return problem('kill_file_unreadable', { file: this.path ?? '', reason: this.problemText });
  }

  /** Why nothing may be resumed now. */
  resumeProblem(): OpsProblem | undefined {
    return this.state === 'present' ? problem('kill_file_present', { file: this.path ?? '' }) : this.enableProblem();
  }

  /**
   * Looks at the folder, which tells absent from unreadable: only a name that is not in a list that could be read is
   * absent.
   */
  async look(): Promise<KillFileState> {
    const { path } = this;
    if (path === undefined) return this.state;
    const cut = path.lastIndexOf('/');
    try {
      const names = await this.disk.list(cut <= 0 ? '/' : path.slice(0, cut));
      this.state = names.includes(path.slice(cut + 1)) ? 'present' : 'absent';
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.unreadable(error.message);
    }
    return this.state;
  }

  unreadable(why: string): void {
    if (this.path === undefined) return;
    this.state = 'unreadable';
    this.problemText = why;
  }

  /** What it says, on one line; being there is enough, so it need not be readable. */
  async text(): Promise<string> {
    const { path } = this;
    if (path === undefined) return '';
    try {
      const text = new TextDecoder().decode(await this.disk.readFile(path));
      return text
        .replaceAll(/[^\P{C}]+|\s+/gu, ' ')
        .trim()
        .slice(0, TEXT_LENGTH_MAX);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return '';
    }
  }
}
