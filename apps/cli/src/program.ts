import { Command as Commander, Option as CommanderOption } from 'commander';
import type { Command, Values } from './command.ts';
import type { GlobalFlags } from './context.ts';

/** What groups of commands are for. */
const groups: Record<string, string> = {
  keys: 'Device keys: what signs your tasks and opens your results',
  tokens: 'API tokens for machines',
  accounts: 'Accounts of the hub (admins)',
  pods: 'Pods: explore, register, confirm',
  grants: 'Roles on pods: assign, list, change, revoke',
  frames: 'Frames that you keep at pods',
  task: 'Tasks over one or several pods',
  request: 'Ask a custodian for a role, an extra or the answer to a query',
  requests: 'Requests that you made or may decide',
  review: 'Queries that wait for their custodian',
  pod: 'Run a pod on this machine (custodians)',
  'pod devices': 'Devices whose word counts as the custodian’s at the pod of this machine',
  hub: 'Run a hub on this machine (admins)',
  policy: 'What may be learned from a dataset (custodians)',
  dataset: 'What a pod serves beside pod.yaml (custodians)',
  audit: 'The audit of the hub (admins), and of a pod (custodians)',
  config: 'Where settings are from',
};

/** Builds the command line from the commands' definitions. */
export function buildProgram(commands: readonly Command[], version: string, perform: (command: Command, values: Values, flags: GlobalFlags) => Promise<void>): Commander {
  const program = new Commander('podnet')
    .description('Federated work on data that may not leave its owner.')
    .version(version, '-V, --version', 'print the version')
    .option('--json', 'print one JSON object: { ok, data } or { ok, error }')
    .option('--hub <url>', 'address of the hub')
    .option('--home <folder>', 'where keys, session and pins are kept')
    .option('--token-file <file>', 'file with an API token')
    .option('--yes', 'answer questions with yes')
    .option('--no-color', 'no colours')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const parents = new Map<string, Commander>();
  for (const definition of commands) {
    const words = definition.path.split(' ');
    const name = words.at(-1)!;
    const parent = words.slice(0, -1).reduce((above, _, at) => groupOf(above, parents, words.slice(0, at + 1)), program);
    addCommand(parent, name, definition, perform);
  }
  return program;
}

/** Groups may stand in groups, as in `podnet pod devices list`. */
function groupOf(above: Commander, parents: Map<string, Commander>, words: readonly string[]): Commander {
  const path = words.join(' ');
  const known = parents.get(path);
  if (known) return known;
  const group = above.command(words.at(-1)!).description(groups[path] ?? '').configureHelp({ showGlobalOptions: true }).exitOverride();
  parents.set(path, group);
  return group;
}

function addCommand(parent: Commander, name: string, definition: Command, perform: (command: Command, values: Values, flags: GlobalFlags) => Promise<void>): void {
  const made = parent.command(name).configureHelp({ showGlobalOptions: true }).summary(definition.says).description(`${definition.says}\n\nExamples\n${definition.examples.map(({ line, says }) => `  $ ${line}\n      ${says}`).join('\n')}`).exitOverride();
  for (const { name, says, required, several } of definition.arguments ?? []) {
    const argument = several ? `${name}...` : name;
    made.argument(required === false ? `[${argument}]` : `<${argument}>`, says);
  }
  for (const { flags, says, required } of definition.options ?? []) made.addOption(new CommanderOption(flags, says).makeOptionMandatory(required === true));
  made.action(async (...given: unknown[]) => {
    const values: Values = { ...(made.opts() as Values) };
    for (const [i, { name: argument }] of (definition.arguments ?? []).entries()) values[argument] = given[i] as string | string[] | undefined;
    await perform(definition, values, made.optsWithGlobals() as GlobalFlags);
  });
}
