import type { ParseArgsConfig } from 'node:util';
import { Fault, toFault } from '@podnet/errors';
import { custodianGroups, dispatchCustodian } from './custodian/dispatch.ts';
import { readOptions } from './options.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const help = `Usage: pod <command> [options]

  start   --config pod.yaml [--exit-with-parent]
          Runs the pod. Prints one line of JSON when it is ready.
  join    --config pod.yaml (--code CODE | --code-file FILE|- | PODNET_JOIN_CODE)
          [--hub-fingerprint FP --custodian-fingerprint FP | --trust-first] [--json]
          Joins the hub that the configuration names.
  doctor  --config pod.yaml [--json]
          Checks everything that a pod needs; says how to mend what fails.
  status  --config pod.yaml [--json]
          Says whether the pod runs and is connected; exit status 12 when it is not. For health checks.
  init    --file data.csv|data.parquet|'visits-*.csv' | --postgres-env VARIABLE (--table TABLE | --query SELECT)
          [--name NAME] [--hub URL] [--out pod.yaml] [--force] [--json]
          Writes a commented pod.yaml for a file, several files or a database.
  refresh --config pod.yaml --dataset NAME [--json]
          Copies the rows of a dataset's database anew.

The custodian's own, beside a pod that runs; all take --config pod.yaml and --json:

  policy  show DATASET | set DATASET POLICY.yaml | test DATASET POLICY.yaml [--last 20]
          What may be learned from a dataset. test asks the last queries again under a draft.
  dataset add FILE | --postgres VARIABLE (--table TABLE | --query SELECT) [--refresh 1h] [--max-size 2GiB]
          [--policy POLICY.yaml] [--settings SETTINGS.yaml] [--name NAME] [--description TEXT] [--ignore COLUMN] [--replace]
          | list | remove DATASET
          What is served beside pod.yaml. A running pod notices within a second.
  devices list | add FILE|- [FINGERPRINT] | remove FINGERPRINT
          Whose word counts as the custodian's. FILE is written by podnet keys export on the device; without its
          fingerprint it is shown and asked. A running pod notices within a second.
  review  list [--state STATE] | show REVIEW | approve REVIEW [--runs N | --until DATE] [--note TEXT] [--hash HASH]
          | deny REVIEW [--note TEXT] [--hash HASH] | watch
          Queries that wait for the custodian.
  budget  show | set (--dataset NAME | --grant ID) --epsilon E --delta D --reason TEXT
          | reset (--dataset NAME | --grant ID) --reason TEXT
          What privacy was spent, and what may be. A reset says why, for good.
  audit   list | columns | export [--out FILE] | verify [--file EXPORT]
          [--modeller M --dataset D --verdict released|waiting|denied|flagged --since T --until T]
          What was asked and what has left; verify names the first entry that was changed.
`;

const config = { config: { type: 'string', default: 'pod.yaml' } } as const;
const options = {
  start: { ...config, 'exit-with-parent': { type: 'boolean', default: false } },
  join: {
    ...config,
    code: { type: 'string' },
    'code-file': { type: 'string' },
    'hub-fingerprint': { type: 'string' },
    'custodian-fingerprint': { type: 'string' },
    'trust-first': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  doctor: { ...config, json: { type: 'boolean', default: false } },
  status: { ...config, json: { type: 'boolean', default: false } },
  refresh: { ...config, dataset: { type: 'string' }, json: { type: 'boolean', default: false } },
  init: { file: { type: 'string' }, 'postgres-env': { type: 'string' }, table: { type: 'string' }, query: { type: 'string' }, name: { type: 'string' }, hub: { type: 'string', default: 'http://127.0.0.1:4400' }, out: { type: 'string', default: 'pod.yaml' }, force: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
} satisfies Record<string, ParseArgsConfig['options']>;

/** Runs one command and answers the exit status. Faults are told on stderr, with `--json` as one object. */
export async function run(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    terminal.out(help.trimEnd());
    return command === undefined ? 2 : 0;
  }
  try {
    return await dispatch(command, rest, terminal);
  } catch (error) {
    const fault = toFault(error);
    tell(fault, rest.includes('--json'), terminal);
    // The stack of a mistake of ours is for whoever runs the pod; it is not shown to anybody else.
    if (fault.code === 'internal.unexpected') terminal.say(String(((fault as Error).cause as Error | undefined)?.stack ?? fault.stack));
    return fault.exit;
  }
}

async function dispatch(command: string, args: string[], terminal: Terminal): Promise<number> {
  switch (command) {
    case 'start': {
      const { values } = readOptions(args, options.start);
      const { start } = await import('./start.ts');
      await start({ config: values.config, exitWithParent: values['exit-with-parent'], terminal });
      return 0;
    }
    case 'join': {
      const { values } = readOptions(args, options.join);
      const { join } = await import('./join.ts');
      await join({
        config: values.config, code: values.code, codeFile: values['code-file'], hubFingerprint: values['hub-fingerprint'], custodianFingerprint: values['custodian-fingerprint'],
        trustFirst: values['trust-first'], json: values.json, terminal,
      });
      return 0;
    }
    case 'doctor': {
      const { values } = readOptions(args, options.doctor);
      const { doctor } = await import('./doctor.ts');
      return (await doctor({ config: values.config, json: values.json, terminal })) ? 0 : 1;
    }
    case 'status': {
      const { values } = readOptions(args, options.status);
      const { status } = await import('./status.ts');
      status({ config: values.config, json: values.json, terminal });
      return 0;
    }
    case 'refresh': {
      const { values } = readOptions(args, options.refresh);
      const { refresh } = await import('./refresh.ts');
      if (values.dataset === undefined) throw new Fault('usage.invalid', 'Which dataset?', { at: '--dataset' });
      await refresh({ config: values.config, dataset: values.dataset, json: values.json, terminal });
      return 0;
    }
    case 'init': {
      const { values } = readOptions(args, options.init);
      const { init } = await import('./init.ts');
      await init({ file: values.file, urlEnv: values['postgres-env'], table: values.table, query: values.query, name: values.name, hub: values.hub, out: values.out, force: values.force, json: values.json, terminal });
      return 0;
    }
    default:
      if (custodianGroups.has(command)) {
        await dispatchCustodian(command, args, terminal);
        return 0;
      }
      throw new Fault('usage.invalid', 'There is no such command.', { hint: `Commands: start, join, doctor, status, refresh, init, ${[...custodianGroups].join(', ')}.` });
  }
}

function tell(fault: Fault, json: boolean, terminal: Terminal): void {
  if (json) return terminal.out(JSON.stringify({ ok: false, error: fault.toBody() }));
  const { at, hint, causes } = fault.details;
  terminal.say(`${at === undefined ? '' : `${at}: `}${fault.message} (${fault.code})`);
  for (const cause of (causes ?? []).slice(1)) terminal.say(`${cause.at === undefined ? '' : `${cause.at}: `}${cause.detail}`);
  if (hint !== undefined) terminal.say(`  ${hint}`);
}
