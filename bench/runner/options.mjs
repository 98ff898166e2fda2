import { parseArgs } from 'node:util';

/** Reads the command line. **Throws** an error whose message is for the user. */
export function readOptions(args, names) {
  const { values } = parseArgs({
    args,
    strict: true,
    options: { json: { type: 'string' }, only: { type: 'string', multiple: true }, list: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  const only = values.only ?? [];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no figure ${JSON.stringify(unknown)}. There are: ${names.join(', ')}.`);
  return { json: values.json, only, list: values.list === true, help: values.help === true };
}

export const usage = `Measures Podnet's headline figures in one run and prints them as a table.

  npm run bench                          every figure
  npm run bench -- --only NAME           one figure; may be given several times
  npm run bench -- --json FILE           also writes rows { name, value, unit, aim, ok, versus? }
  npm run bench -- --list                names of the figures

Exit status: 0 when every figure was measured, whether or not it reached its aim; 1 when one could not be; 2 for a wrong command line.
`;
