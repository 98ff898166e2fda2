import { isFault, type Fault } from '@podnet/errors';
import type { DeletedFrame, FrameAtPod } from '@podnet/sdk';
import { table } from '@podnet/terminal';
import { command } from '../command.ts';
import { askedPods, datasetOption, podsOption } from './asked-pods.ts';

const instant = (at: number): string => new Date(at).toISOString();
const minute = (at: number): string => instant(at).slice(0, 16);

const head = ['frame', 'pod', 'datasets', 'made', 'expires', 'columns'];
const rowOf = ({ name, pod, datasets, madeAt, expiresAt, columns, stale }: FrameAtPod): string[] => [
  name, pod, datasets.join(', '), minute(madeAt), minute(expiresAt), stale ? 'the data has changed: keep it again' : columns.map((column) => `${column.name} ${column.type}`).join(', '),
];

export const framesList = command({
  path: 'frames list',
  says: 'Frames that you keep at pods: what they are made of and until when; nobody else sees them',
  arguments: [{ name: 'pods', says: 'pods with their datasets, as pod/dataset', required: false, several: true, completes: 'pod' }],
  options: [datasetOption],
  examples: [
    { line: 'podnet frames list biscoe/penguins dream/penguins', says: 'pod by pod, newest first' },
    { line: 'podnet frames list --dataset penguins --json', says: 'at every pod of a dataset' },
  ],
  async run(context, values) {
    const pods = await askedPods(context, values, 'pods');
    const frames = await (await context.podnet()).frames.list(pods, { signal: context.signal });
    const data = frames.map(({ madeAt, expiresAt, ...frame }) => ({ ...frame, madeAt: instant(madeAt), expiresAt: instant(expiresAt) }));
    return { data: { frames: data }, text: frames.length === 0 ? 'You keep no frame there.' : table([head, ...frames.map(rowOf)]) };
  },
});

const told = ({ name, pods, absent }: DeletedFrame): string => [`${name} is deleted at ${pods.join(', ')}.`, ...absent.map(({ pod, code }) => `  ${pod}: ${code === 'dataset.unknown' ? 'it was not there' : code}`)].join('\n');

export const framesDelete = command({
  path: 'frames delete',
  says: 'Delete frames that you keep at pods',
  arguments: [{ name: 'frames', says: 'names under which they are kept', several: true }],
  options: [podsOption, datasetOption],
  examples: [
    { line: 'podnet frames delete large-birds --dataset penguins', says: 'exit status 8 when only some of the pods had it' },
    { line: 'podnet frames delete large-birds frame-1a2b3c4d --pods biscoe/penguins', says: 'several at once' },
  ],
  async run(context, values) {
    const pods = await askedPods(context, values);
    const { frames } = await context.podnet();
    const deleted: DeletedFrame[] = [];
    const failed: { name: string; fault: Fault }[] = [];
    for (const name of values['frames'] as string[]) {
      try {
        deleted.push(await frames.delete(name, pods, { signal: context.signal }));
      } catch (error) {
        if (!isFault(error) || context.signal.aborted) throw error;
        failed.push({ name, fault: error });
      }
    }
    const [first] = failed;
    if (first !== undefined && deleted.length === 0) throw first.fault;
    const text = [...deleted.map(told), ...failed.map(({ name, fault }) => `${name} is not deleted: ${fault.message}`)].join('\n');
    const isPartial = failed.length > 0 || deleted.some(({ absent }) => absent.length > 0);
    return { data: { deleted, failed: failed.map(({ name, fault }) => ({ name, code: fault.code, says: fault.message })) }, text, ...(isPartial ? { exit: 8 } : {}) };
  },
});

/** What modellers do with the frames that they keep. */
export const framesCommands = [framesList, framesDelete];
