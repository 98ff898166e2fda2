import { parseArgs } from 'node:util';
import { Fault } from '@podnet/errors';

export interface TourOptions {
  /** End after the tour instead of serving on. */
  once: boolean;
  /** One JSON object on stdout, talk on stderr. */
  json: boolean;
  /** A folder of CSV files, one pod for each, instead of the penguins. */
  data?: string;
  /** Column to learn; the last one unless told otherwise. */
  target?: string;
  /** Values of the target that count as positive. */
  positive?: string[];
  /** Where the demonstration keeps its hub, pods and accounts. */
  home: string;
  port: number;
}

export const usage = `Starts a hub and its pods on this machine, runs the tour and keeps serving.

  npm start                                   the Palmer penguins, one pod for each island
  npm start -- --once                         end after the tour
  npm start -- --once --json                  one JSON object on stdout
  npm start -- --data DIR                     one pod for each CSV file in DIR
  npm start -- --data DIR --target num --positive 1,2,3,4

Options
  --once             end after the tour; exit status 0 when every step went well
  --json             print { readyMs, steps } on stdout, everything else on stderr
  --data DIR         use the CSV files of a folder
  --target COLUMN    what to learn (default: the last column)
  --positive VALUES  learn whether the target is one of these
  --home DIR         where everything is kept (default: .podnet/demo)
  --port PORT        port of the hub (default: a free one)
  --help             this text
`;

/** **Throws** `usage.invalid`, `usage.unknown-key`. */
export function readOptions(args: string[]): TourOptions | 'help' {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        data: { type: 'string' },
        target: { type: 'string' },
        positive: { type: 'string' },
        home: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch {
    throw new Fault('usage.invalid', 'An option is not known or lacks its value.', { hint: 'See npm start -- --help.' });
  }
  if (values['help']) return 'help';
  const port = Number(values['port'] ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Fault('usage.invalid', '--port must be a port number.', { at: '--port' });
  const text = (name: string) => (typeof values[name] === 'string' ? { [name]: values[name] } : {});
  return {
    once: values['once'] === true,
    json: values['json'] === true,
    ...text('data'),
    ...text('target'),
    ...(typeof values['positive'] === 'string' ? { positive: values['positive'].split(',').map((value) => value.trim()) } : {}),
    home: typeof values['home'] === 'string' ? values['home'] : '.podnet/demo',
    port,
  };
}
