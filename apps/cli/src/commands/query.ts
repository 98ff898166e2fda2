import { readFile } from 'node:fs/promises';
import { Fault } from '@podnet/errors';
import type { Plot } from '@podnet/plot';
import type { CanIAnswer, FetchedTable, PrivateTable, RemoteLazyFrame, TaskEvent } from '@podnet/sdk';
import { verdictText } from '../answer.ts';
import { command, optionalText, text, type Answer, type Option, type Values } from '../command.ts';
import type { Context } from '../context.ts';
import { askedPods, datasetOption, podsOption } from './asked-pods.ts';
import { answeredPrivately, costsOf, deltaOption, epsilonOption, isPrivate, privateQueryOf, spentText } from './private-query.ts';

const kept: Option = { flags: '--frame <name>', says: 'ask a frame that you keep at these pods, in the place of the dataset' };
const noWait: Option = { flags: '--no-wait', says: 'leave with exit status 6 when a custodian has to approve' };
const plot: Option = { flags: '--plot <file>', says: 'draw it: a file ending in .svg or .png, or - for the terminal' };
const scope = [podsOption, datasetOption, kept, noWait, plot] as const;

/** The frame that a command is about: a dataset, or one that is kept. **Throws** `usage.invalid` without one, `dataset.unknown` where it is not kept (any more). */
async function frameOf(context: Context, values: Values): Promise<RemoteLazyFrame> {
  const { frame, frames } = await context.podnet();
  const pods = await askedPods(context, values);
  const name = optionalText(values, 'frame');
  return name === undefined ? frame(pods) : frames.open(name, pods, { signal: context.signal });
}

function asked(context: Context, values: Values) {
  const onEvent = (event: TaskEvent): void => {
    if (event.type === 'verdict' && event.verdict.decision === 'review') context.talk.say(`  ${event.verdict.podName}: waits for the custodian’s approval; Ctrl-C leaves it waiting`);
  };
  return { signal: context.signal, onEvent, ...(values['wait'] === false ? { waitForReview: false } : {}) };
}

/** A file whose ending is no picture's is told before anybody is asked. */
async function checkPlot(values: Values): Promise<string | undefined> {
  const target = optionalText(values, 'plot');
  if (target !== undefined && target !== '-') (await import('../plot/write-plot.ts')).plotFormat(target);
  return target;
}

const width = (): number => process.stdout.columns ?? 80;
const isColoured = (context: Context): boolean => context.style.bad('x') !== 'x';

/** Draws a plot where it is wanted; what was written, or the lines for the terminal. */
async function draw(context: Context, target: string, drawn: Plot): Promise<string> {
  if (target === '-') return (await import('@podnet/plot')).plotText(drawn, width(), { colour: isColoured(context) }).join('\n');
  await (await import('../plot/write-plot.ts')).writePlot(target, drawn);
  return `Drawn to ${target}`;
}

const hasNoise = (table: FetchedTable): table is PrivateTable => 'accuracy' in table;

async function shown(context: Context, tables: readonly { pod: string | null; table: FetchedTable }[], target: string | undefined, title: string): Promise<Answer> {
  const { showAnswer } = await import('../plot/show-answer.ts');
  const parts: string[] = [];
  for (const { pod, table } of tables) {
    const answer = table.toAnswer();
    parts.push(`${pod === null ? '' : `${pod}\n`}${showAnswer(hasNoise(table) ? table.toShown() : answer, { json: false, colour: isColoured(context), width: width() })}`);
    if (target !== undefined) parts.push(await draw(context, target, (await import('../plot/plot-of-answer.ts')).plotOfAnswer(answer, { title })));
  }
  const absent = tables.some(({ table }) => table.origin.absent.length > 0);
  const data = { tables: tables.map(({ pod, table }) => ({ pod, ...table.toJSON() })), ...(target !== undefined && target !== '-' ? { plot: target } : {}) };
  return { data, text: parts.join('\n\n'), ...(absent ? { exit: 8 } : {}) };
}

async function sqlOf(values: Values): Promise<string> {
  const file = optionalText(values, 'file');
  const given = optionalText(values, 'sql');
  if ((file === undefined) === (given === undefined)) throw new Fault('usage.invalid', 'Give one SELECT, as an argument or in a file.', { at: 'sql' });
  if (file === undefined) return given!;
  return readFile(file, 'utf8').catch(() => {
    throw new Fault('usage.invalid', 'The file cannot be read.', { at: file });
  });
}

export const query = command({
  path: 'query',
  says: 'Ask pods one SELECT; over several pods the answer is pooled exactly, and every pod judges it by its policies',
  arguments: [{ name: 'sql', says: 'one SELECT; the table is data, or the own name of the dataset or frame', required: false }],
  options: [
    ...scope,
    { flags: '--file <file>', says: 'read the SELECT from a file', completes: 'file' },
    epsilonOption,
    deltaOption,
    { flags: '--each', says: 'the answer of every pod instead of one pooled' },
    { flags: '--explain', says: 'say what would be done; nothing is computed' },
    { flags: '--can-i', says: 'what the policies would say and what it would cost, as far as that is known before anything is counted; reads no data, charges nothing' },
    { flags: '--keep <name>', says: 'keep it at the pods under a name instead of answering it' },
    { flags: '--hours <n>', says: 'how long it is kept (24)' },
  ],
  examples: [
    { line: 'podnet query \'SELECT "Species", avg("Body Mass (g)") FROM data GROUP BY "Species"\' --dataset penguins --plot -', says: 'over every pod, drawn in the terminal' },
    { line: 'podnet query "SELECT count(*) FROM data" --frame large-birds --dataset penguins', says: 'a frame that was kept with --keep large-birds' },
    { line: 'podnet query "SELECT occupation, AVG(age) FROM data GROUP BY occupation" --dataset census --epsilon 1', says: 'with differential privacy: value ± width, and what is left of the budget; --can-i tells it before' },
    { line: 'podnet query --file question.sql --pods biscoe/penguins --no-wait --json', says: 'exit status 5 when refused, 6 when the custodian is asked' },
  ],
  async run(context, values) {
    const target = await checkPlot(values);
    if (isPrivate(values)) return privately(context, values, target);
    const frame = await frameOf(context, values);
    const own = optionalText(values, 'frame');
    const names = new Set(['data', 'self', ...(own === undefined ? (frame.scope.pods ?? []).map((each) => each.dataset) : [own])]);
    const question = await frame.sql(await sqlOf(values), { as: [...names] });
    if (values['explain']) {
      const [tree, sentence] = [await question.explain('tree'), await question.explain('sentence')];
      return { data: { tree, sentence, plan: question.plan.toJson() }, text: `${sentence}\n\n${tree}` };
    }
    if (values['canI']) return wouldPass(context, await question.canI());
    const keep = optionalText(values, 'keep');
    if (keep !== undefined) {
      const kept = await question.collect({ name: keep, hours: hoursOf(values), ...asked(context, values) });
      return { data: { kept: kept.name, expiresAt: new Date(kept.expiresAt).toISOString() }, text: `Kept as ${kept.name} until ${new Date(kept.expiresAt).toISOString().slice(0, 16)}; nothing has left the pods.` };
    }
    const tables = values['each'] ? [...(await question.fetchEach(asked(context, values)))].map(([pod, table]) => ({ pod, table })) : [{ pod: null, table: await question.fetch(asked(context, values)) }];
    return shown(context, tables, target, 'Answer');
  },
});

/** What the policies would say. */
async function wouldPass(context: Context, { hub, pods }: CanIAnswer, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  const told = pods.flatMap(({ verdict }) => (verdict ? [verdict] : []));
  const { faultTable } = await import('@podnet/errors');
  const denied = told.find(({ decision, code }) => decision !== 'permit' && code !== 'permitted');
  return { data: { hub, pods, ...more }, text: told.map((verdict) => verdictText(verdict, context.style)).join('\n\n'), ...(denied && denied.code !== 'permitted' ? { exit: faultTable[denied.code].exit } : {}) };
}

/** With noise: the table has a ± for every number, and below it stands what it cost. */
async function privately(context: Context, values: Values, target: string | undefined): Promise<Answer> {
  const question = await privateQueryOf(context, values, await sqlOf(values));
  if (values['canI']) {
    const answer = await question.canI();
    return wouldPass(context, answer, { costs: costsOf(answer) });
  }
  const { tables, spent } = await answeredPrivately(question, asked(context, values));
  const { data, text: drawn, ...rest } = await shown(context, tables, target, 'Answer, with noise');
  return { data: { ...(data as object), privacy: question.privacy, spent }, text: [drawn, '± at 95 %. Where it is ?, or none stands beside a result, it is not known.', '', spentText(spent)].join('\n'), ...rest };
}

function hoursOf(values: Values): number {
  const hours = Number(optionalText(values, 'hours') ?? '24');
  if (!Number.isFinite(hours) || hours <= 0) throw new Fault('usage.invalid', 'Hours are a number above 0.', { at: '--hours' });
  return hours;
}

const column = { name: 'column', says: 'name of the column' } as const;

/** A plot whose numbers the pods give. */
async function plotted(context: Context, values: Values, make: (frame: RemoteLazyFrame) => Promise<Plot>): Promise<Answer> {
  const target = await checkPlot(values);
  const drawn = await make(await frameOf(context, values));
  const { plotTable } = await import('@podnet/plot');
  return { data: { plot: drawn, table: plotTable(drawn), ...(target !== undefined && target !== '-' ? { file: target } : {}) }, text: await draw(context, target ?? '-', drawn) };
}

export const histogram = command({
  path: 'histogram',
  says: 'How many rows lie between breaks of a column; bins with too few people are suppressed or refused',
  arguments: [column],
  options: [...scope, { flags: '--breaks <numbers>', says: 'ascending ends of the bins, with commas', required: true }],
  examples: [{ line: 'podnet histogram "Body Mass (g)" --dataset penguins --breaks 2500,3500,4500,5500,6500', says: 'drawn in the terminal' }],
  run: (context, values) => plotted(context, values, (frame) => frame.plot.histogram(text(values, 'column'), { breaks: text(values, 'breaks').split(',').map((part) => (part.trim() === '' ? NaN : Number(part))) }, asked(context, values))),
});

export const correlation = command({
  path: 'correlation',
  says: 'Correlations of numeric columns, as a heat map',
  options: [...scope, { flags: '--columns <names...>', says: 'two or more', required: true }],
  examples: [{ line: 'podnet correlation --dataset penguins --columns "Body Mass (g)" "Flipper Length (mm)" --plot correlation.svg', says: 'written as a picture' }],
  run: (context, values) => plotted(context, values, (frame) => frame.plot.correlation(values['columns'] as string[], {}, asked(context, values))),
});

export const describe = command({
  path: 'describe',
  says: 'Count, gaps, mean and deviation of columns',
  options: [...scope.filter((each) => each !== plot), { flags: '--columns <names...>', says: 'numeric columns', required: true }],
  examples: [{ line: 'podnet describe --dataset penguins --columns "Body Mass (g)" "Beak Depth (mm)"', says: 'pooled over every pod' }],
  async run(context, values) {
    const frame = await frameOf(context, values);
    return shown(context, [{ pod: null, table: await frame.select(...(values['columns'] as string[])).describe().fetch(asked(context, values)) }], undefined, 'Summary');
  },
});

/** What modellers ask of pods. */
export const queryCommands = [query, describe, histogram, correlation];
