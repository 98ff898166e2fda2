// The process of one figure: `figure.mjs MODULE FOLDER`, started by apart.mjs. What the module opened is closed before it ends.
import { closeAll } from './opened.mjs';

const [module, folder] = process.argv.slice(2);

let ending = false;
async function end(message) {
  if (ending) return;
  ending = true;
  await closeAll();
  if (message && process.connected) await new Promise((sent) => process.send(message, sent));
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end());
process.on('disconnect', () => void end());

try {
  const { measure } = await import(module);
  await end({ rows: await measure({ folder }) });
} catch (error) {
  await end({ error: error instanceof Error ? `${error.message}${error.at ? ` (${error.at})` : ''}` : String(error) });
}
