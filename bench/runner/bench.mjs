import { writeFileSync } from 'node:fs';
import { measureApart } from './apart.mjs';
import { watchNeighbours } from './neighbours.mjs';
import { readOptions, usage } from './options.mjs';
import { missingRow } from './row.mjs';
import { tableOf } from './table.mjs';

/**
 * The whole command: measures what was asked for, one figure after the other, each in a process of its own.
 * The table goes to `out`, talk to `talk`. Resolves to the exit status.
 */
export async function runBench(args, { catalogue, out, talk }) {
  let options;
  try {
    options = readOptions(args, catalogue.map(({ name }) => name));
  } catch (error) {
    talk.write(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (options.help) return print(out, usage);
  if (options.list) return print(out, catalogue.map(({ name, says }) => `${name.padEnd(18)}${says}\n`).join(''));

  const chosen = catalogue.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const rows = [];
  for (const [i, figure] of chosen.entries()) {
    const startedAt = performance.now();
    const othersShare = watchNeighbours();
    talk.write(`[${i + 1}/${chosen.length}] ${figure.says} … `);
    try {
      rows.push(...(await measureApart(figure)));
      const share = othersShare();
      talk.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s${share === undefined ? '' : `, others had ${Math.round(share * 100)} % of the processors`}\n`);
    } catch (error) {
      rows.push(missingRow(figure.name));
      talk.write(`could not be measured: ${error.message}\n`);
    }
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  out.write(`\n${tableOf(rows)}`);
  return rows.some(({ value }) => value === null) ? 1 : 0;
}

function print(out, text) {
  out.write(text);
  return 0;
}
