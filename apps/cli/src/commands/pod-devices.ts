import { command, optionalText, text, type Command, type Option } from '../command.ts';
import { atPod } from './at-pod.ts';

const config: Option = { flags: '--config <file>', says: 'pod.yaml (default: in this folder)', completes: 'file' };

export const podDevicesList = command({
  path: 'pod devices list',
  says: 'The hub and the devices that the pod of this machine has pinned, with their fingerprints',
  options: [config],
  examples: [{ line: 'podnet pod devices list', says: 'compare them with podnet keys list, which tells what the hub knows' }],
  run: (context, values) => atPod(context, values, ['devices', 'list']),
});

export const podDevicesAdd = command({
  path: 'pod devices add',
  says: 'Pin one more device of yours at the pod of this machine, from the file that podnet keys export has written on it',
  arguments: [
    { name: 'file', says: 'what podnet keys export has written; - reads it from standard input', completes: 'file' },
    { name: 'fingerprint', says: 'as podnet whoami shows it on that device: then nothing is asked', required: false },
  ],
  options: [config],
  examples: [
    { line: 'podnet pod devices add laptop.json', says: 'shows the fingerprint and asks to compare it; --yes does not answer this' },
    { line: 'podnet pod devices add laptop.json K7QD-…', says: 'exit status 11, and nothing stored, when it differs' },
  ],
  run: (context, values) => {
    const compared = optionalText(values, 'fingerprint');
    return atPod(context, values, ['devices', 'add', text(values, 'file'), ...(compared === undefined ? [] : [compared])]);
  },
});

export const podDevicesRemove = command({
  path: 'pod devices remove',
  says: 'Take a device of yours back at the pod of this machine: what it signs counts no more, whatever the hub says',
  arguments: [{ name: 'fingerprint', says: 'the whole of it, as podnet pod devices list shows it' }],
  options: [config],
  examples: [{ line: 'podnet pod devices remove K7QD-…', says: 'and podnet keys revoke, for all else that it signs' }],
  run: (context, values) => atPod(context, values, ['devices', 'remove', text(values, 'fingerprint')]),
});

export const podDeviceCommands: readonly Command[] = [podDevicesList, podDevicesAdd, podDevicesRemove];
