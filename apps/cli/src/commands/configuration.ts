import { Fault } from '@podnet/errors';
import { table } from '@podnet/terminal';
import { command, optionalText } from '../command.ts';
import { settingNames, type SettingName } from '../settings.ts';

export const configExplain = command({
  path: 'config explain',
  says: 'What is set, and where it is from',
  arguments: [{ name: 'key', says: settingNames.join(' or '), required: false }],
  examples: [{ line: 'podnet config explain hub', says: 'flag, environment, project file, user file, default: in this order' }],
  async run(context, values) {
    const key = optionalText(values, 'key');
    if (key !== undefined && !(settingNames as readonly string[]).includes(key)) throw new Fault('usage.invalid', 'There is no such setting.', { hint: `Settings: ${settingNames.join(', ')}.` });
    const names = key ? [key as SettingName] : settingNames;
    const found = names.map((name) => ({ key: name, ...(context.setting(name) ?? { value: null, from: 'nowhere' }) }));
    return { data: { settings: found }, text: table([['setting', 'value', 'from'], ...found.map(({ key: name, value, from }) => [name, value ?? '—', from])]) };
  },
});
