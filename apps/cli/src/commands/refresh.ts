import { command, optionalText, text } from '../command.ts';
import { podProgram } from './local.ts';

export const datasetRefresh = command({
  path: 'dataset refresh',
  says: 'Copy the rows of a dataset’s database anew, for the pod of this machine',
  arguments: [{ name: 'dataset', says: 'its name in pod.yaml' }],
  options: [{ flags: '--config <file>', says: 'pod.yaml (default: in this folder)', completes: 'file' }],
  examples: [{ line: 'podnet dataset refresh visits', says: 'a running pod publishes the new rows within seconds' }],
  run: (context, values) => podProgram(['refresh', '--config', optionalText(values, 'config') ?? 'pod.yaml', '--dataset', text(values, 'dataset')], context),
});
