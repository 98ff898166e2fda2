import { Fault } from '@podnet/errors';
import { roleNames } from '@podnet/policy';
import { command, text, type Command, type Completes } from '../command.ts';
import type { Context } from '../context.ts';

const scripts: Record<string, string> = {
  bash: `_podnet() {
  local IFS=$'\\n'
  COMPREPLY=($(podnet complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [ "\${#COMPREPLY[@]}" -eq 0 ] && compopt -o default
}
complete -F _podnet podnet`,
  zsh: `#compdef podnet
_podnet() {
  local -a found
  found=("\${(@f)$(podnet complete -- "\${words[@]:1:$((CURRENT-1))}" 2>/dev/null)}")
  if [ -n "$found" ]; then compadd -a found; else _files; fi
}
compdef _podnet podnet`,
  fish: `function __podnet_complete
  set -l words (commandline -opc) (commandline -ct)
  podnet complete -- $words[2..-1] 2>/dev/null
end
complete -c podnet -f -a '(__podnet_complete)'`,
  pwsh: `Register-ArgumentCompleter -Native -CommandName podnet -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $words += '' }
  podnet complete -- @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}`,
};

export const completion = command({
  path: 'completion',
  says: 'Print the completion script of a shell',
  arguments: [{ name: 'shell', says: Object.keys(scripts).join(', '), completes: 'shell' }],
  examples: [
    { line: 'podnet completion bash > ~/.local/share/bash-completion/completions/podnet', says: 'for bash' },
    { line: 'podnet completion fish > ~/.config/fish/completions/podnet.fish', says: 'for fish' },
  ],
  async run(_, values) {
    const script = scripts[text(values, 'shell')];
    if (!script) throw new Fault('usage.invalid', 'There is no completion for this shell.', { hint: `Shells: ${Object.keys(scripts).join(', ')}.` });
    return { data: { script }, text: script };
  },
});

/** What could stand where the cursor is: `words` are those after `podnet`, the last one begun or empty. */
export async function complete(commands: readonly Command[], words: readonly string[], context: Context): Promise<string[]> {
  const begun = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const plain = before.filter((word) => !word.startsWith('-'));
  const command = commands.find(({ path }) => path === plain.slice(0, path.split(' ').length).join(' '));
  const starts = (list: readonly string[]): string[] => [...new Set(list)].filter((word) => word.startsWith(begun)).sort();
  if (!command) return starts(commands.map(({ path }) => path.split(' ')).filter((path) => plain.every((word, i) => path[i] === word)).flatMap((path) => path[plain.length] ?? []));

  const options = command.options ?? [];
  const open = options.find(({ flags }) => flags.split(' ')[0] === before.at(-1) && flags.includes('<'));
  if (open) return starts(await valuesOf(open.completes, context));
  if (begun.startsWith('-')) return starts([...options.map(({ flags }) => flags.split(' ')[0]!), '--json', '--hub', '--help']);
  const takesValue = new Set(options.filter(({ flags }) => flags.includes('<')).map(({ flags }) => flags.split(' ')[0]!));
  const given = before.filter((word, i) => !word.startsWith('-') && !takesValue.has(before[i - 1] ?? '')).length - command.path.split(' ').length;
  const last = command.arguments?.at(-1);
  return starts(await valuesOf((command.arguments?.[given] ?? (last?.several ? last : undefined))?.completes, context));
}

async function valuesOf(kind: Completes | undefined, context: Context): Promise<string[]> {
  if (kind === 'role') return [...roleNames];
  if (kind === 'shell') return Object.keys(scripts);
  if (kind === 'pod') return (await (await context.podnet()).pods.list()).map((pod) => pod.name);
  if (kind === 'task') return (await (await context.podnet()).tasks.list({ limit: 20 })).map((task) => task.taskId);
  return [];
}
