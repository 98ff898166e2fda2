import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Fault } from '@podnet/errors';

type Known = NonNullable<ParseArgsConfig['options']>;

/**
 * The options of one command, and the words beside them where it takes any.
 *
 * **Throws** `usage.unknown-key` for an option that is none of its own, `usage.invalid` for one without its value.
 */
export function readOptions<const O extends Known>(args: readonly string[], options: O, { words = false }: { words?: boolean } = {}) {
  try {
    return parseArgs({ args: withDashes(args, options), options, allowPositionals: words, strict: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Fault(code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 'usage.unknown-key' : 'usage.invalid', 'The options are not right.', { hint: `Options: ${Object.keys(options).map((name) => `--${name}`).join(', ')}.`, cause });
  }
}

/** `--name -value` as `--name=-value`: the fingerprint of one hub in 64 starts with a dash, and Node asks for the second writing. An option of the command itself is never taken for a value. */
function withDashes(args: readonly string[], options: Known): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const joined: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [arg, next] = [args[at]!, args[at + 1]];
    const wantsValue = at < end && arg.startsWith('--') && Object.hasOwn(options, arg.slice(2)) && options[arg.slice(2)]!.type === 'string';
    if (wantsValue && at + 1 < end && next!.startsWith('-') && !isOption(next!, options)) {
      joined.push(`${arg}=${next}`);
      at += 1;
    } else joined.push(arg);
  }
  return joined;
}

const isOption = (arg: string, options: Known): boolean => arg.startsWith('--') && Object.hasOwn(options, arg.slice(2).split('=')[0]!);
