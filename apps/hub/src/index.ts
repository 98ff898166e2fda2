export { startHub, type Hub, type StartOptions } from './start.ts';
export { readSettings, settingNames, type Settings } from './settings.ts';
