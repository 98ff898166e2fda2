import { CommanderError } from 'commander';
import { Fault, toFault } from '@podnet/errors';
import { envelopeOf, envelopeOfFault, faultText } from './answer.ts';
import type { Command, Values } from './command.ts';
import { complete } from './commands/completion.ts';
import { commands } from './commands/index.ts';
import { makeContext, type Context, type GlobalFlags } from './context.ts';
import { buildProgram } from './program.ts';
import { version } from './version.ts';
import { makeStyle, wantsColour } from '@podnet/terminal';

/** Runs one command line. Resolves with the exit status of the error table. */
export async function runCli(args: string[]): Promise<number> {
  // A reader that has seen enough (`| head -1`) is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const interruption = new AbortController();
  process.once('SIGINT', () => {
    interruption.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  let status = 0;

  async function perform(command: Command, values: Values, flags: GlobalFlags): Promise<void> {
    const context: Context = makeContext(flags, interruption.signal);
    try {
      const answer = await command.run(context, values);
      if (answer.silent) return void (status = answer.exit ?? 0);
      if (flags.json) process.stdout.write(`${envelopeOf(answer)}\n`);
      else if (answer.text) process.stdout.write(`${answer.text}\n`);
      status = answer.exit ?? 0;
    } finally {
      await context.close();
    }
  }

  if (args[0] === 'complete') {
    // Called by the shell's completion: quick, silent, and never asking.
    const context = makeContext({}, interruption.signal);
    const found = await complete(commands, args.slice(args[1] === '--' ? 2 : 1), context).catch(() => []);
    process.stdout.write(found.map((word) => `${word}\n`).join(''));
    await context.close();
    return 0;
  }

  try {
    await buildProgram(commands, version, perform).parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end like this too; commander has said what there is to say.
      if (error.exitCode === 0) return 0;
      if (args.includes('--json')) process.stdout.write(`${envelopeOfFault(new Fault('usage.invalid', 'The command line is not understood.', { hint: 'See podnet --help.' }))}\n`);
      return 2;
    }
    const fault = toFault(error);
    if (args.includes('--json')) process.stdout.write(`${envelopeOfFault(fault)}\n`);
    const style = makeStyle(!args.includes('--no-color') && wantsColour(process.stderr, process.env));
    process.stderr.write(`${faultText(fault, style)}\n`);
    if (fault.code === 'internal.unexpected' && process.env['PODNET_DEBUG']) process.stderr.write(`${String((fault.cause as Error | undefined)?.stack ?? '')}\n`);
    return fault.exit;
  }
}
