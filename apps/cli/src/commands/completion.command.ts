import type { Command } from 'commander';
import type { Terminal } from '../terminal/terminal.js';

interface Word {
  readonly path: string;
  readonly words: readonly string[];
}

/** Every command with the words that may follow it. */
function wordsOf(command: Command, path: readonly string[] = []): readonly Word[] {
  const children = command.commands.filter((child) => child.name() !== 'help');
  const options = command.options.map(({ long }) => long).filter((name) => name !== undefined && name !== null);
  const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [...children.map((child) => child.name()), ...values, ...options, '--help'];
  return [{ path: path.join(' '), words }, ...children.flatMap((child) => wordsOf(child, [...path, child.name()]))];
}

const bash = (words: readonly Word[]): string => `# argosy completion bash > /etc/bash_completion.d/argosy
_argosy() {
  local path="" word choices=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  while true; do
    case "$path" in
${words.map(({ path, words: choices }) => `      "${path}") choices="${choices.join(' ')}" ;;`).join('\n')}
    esac
    [ -n "$choices" ] && break
    case "$path" in *\\ *) path="\${path% *}" ;; *) path="" ;; esac
  done
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _argosy argosy
`;

const zsh = (words: readonly Word[]): string => `#compdef argosy
# argosy completion zsh > "\${fpath[1]}/_argosy"
autoload -U +X bashcompinit && bashcompinit
${bash(words)}`;

const fish = (words: readonly Word[]): string => {
  const lines = words.flatMap(({ path, words: choices }) => {
    const parts = path === '' ? [] : path.split(' ');
    const condition =
      parts.length === 0
        ? '__fish_use_subcommand'
        : parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ');
    return choices.map((choice) =>
      choice.startsWith('--')
        ? `complete -c argosy -n '${condition}' -l ${choice.slice(2)}`
        : `complete -c argosy -n '${condition}' -a ${choice}`,
    );
  });
  return `# argosy completion fish > ~/.config/fish/completions/argosy.fish\n${lines.join('\n')}\n`;
};

const SHELLS = { bash, zsh, fish } as const;

/** Prints what a shell needs to complete our words. */
export function addCompletion(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(program.createArgument('<shell>').choices(Object.keys(SHELLS)))
    .action((shell: keyof typeof SHELLS) => terminal.out(SHELLS[shell](wordsOf(program))));
}
