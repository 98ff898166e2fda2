// What an outer npm tells its scripts must not steer an inner npm: `npm start --json` sets npm_config_json, `--prefix` moves
// installs. Kept are only the settings that say where packages come from and where they are cached.

const kept = new Set([
  'cache', 'registry', 'userconfig', 'globalconfig', 'cafile', 'ca', 'cert', 'key', 'proxy', 'https_proxy', 'noproxy', 'strict_ssl',
  'offline', 'prefer_offline', 'fetch_retries', 'fetch_timeout', 'maxsockets',
]);

/** The environment without what an outer npm left in it. */
export function cleanEnvironment(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => passes(name)));
}

function passes(name) {
  const lower = name.toLowerCase();
  if (lower === 'init_cwd') return false;
  if (!lower.startsWith('npm_')) return true;
  if (!lower.startsWith('npm_config_')) return false;
  const setting = lower.slice('npm_config_'.length);
  return setting.startsWith('//') || setting.startsWith('@') || kept.has(setting.replaceAll('-', '_'));
}
