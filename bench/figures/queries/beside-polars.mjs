// One question over everything that stands between a modeller and a file: SDK, hub, pod, runner, policies, what is remembered; beside nodejs-polars on
// the same file in a process of its own. Both sides are as warm as each other and take turns. The safe zone is on, and the difference rule with it.
import { wallMs } from '../../runner/clock.mjs';
import { addPodOver, openHouse } from '../../runner/house.mjs';
import { peakBytesOfChildren } from '../../runner/peak-memory.mjs';
import { row } from '../../runner/row.mjs';
import { median } from '../../runner/statistics.mjs';
import { openDirect } from './plainly.mjs';

const warmUps = 2;
const repeats = 5;
/** What a query may take beyond nodejs-polars: a share of it, and what a question through a hub costs. */
const mostTimes = 1.3;
const mostOverMs = 60;
/** Ten million rows and a million people are more than the default is meant for. */
const memory = '3GiB';
const safe = { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: 'reject' };

/** **Units** ms, MiB. The rows of a figure: as a frame and as SQL, what each takes over its aim, and the most memory of the runner. */
export async function besidePolars(folder, { name, file, question, columns, policy }) {
  const opened = await openHouse(folder);
  const pod = 'pod-01';
  await addPodOver(opened, pod, { datasets: [{ name: 'records', source: { parquet: file }, columns, policy: { ...safe, ...policy } }], runner: { memory } });
  const { podnet } = opened.modeller;
  const direct = openDirect(file, question.name);
  const frame = podnet.frame(`${pod}/records`);
  const times = { frame: [], sql: [], direct: [] };
  for (let turn = 0; turn < warmUps + repeats; turn++) {
    const [one, another] = [question.number(2 * turn), question.number(2 * turn + 1)];
    const plain = await direct(one);
    let table;
    const asked = await wallMs(async () => (table = await question.frame(frame, one).fetch()));
    const written = await wallMs(() => podnet.sql(question.sql(another), { dataset: 'records', pods: [pod] }).fetch());
    if (!isSame(table.toRecords(), plain.records)) throw new Error('the pod answers otherwise than nodejs-polars');
    if (turn < warmUps) continue;
    times.direct.push(plain.ms);
    times.frame.push(asked);
    times.sql.push(written);
  }
  const plain = median(times.direct);
  const versus = { name: 'nodejs-polars', value: plain, unit: 'ms' };
  const rows = [[name, times.frame], [`${name}-sql`, times.sql]].flatMap(([named, taken]) => [
    row({ name: named, value: median(taken), unit: 'ms', versus }),
    row({ name: `${named}-over`, value: median(taken) - mostTimes * plain, unit: 'ms', aim: `≤ ${mostOverMs}` }),
  ]);
  const peak = peakBytesOfChildren(opened.house.pods.get(pod).running.pid);
  return peak === undefined ? rows : [...rows, row({ name: `${name}-memory`, value: peak / 2 ** 20, unit: 'MiB' })];
}

/** Sums in another order differ in their last digits. */
function isSame(ours, theirs) {
  const alike = (a, b) => (typeof a === 'number' ? Math.abs(a - Number(b)) <= 1e-9 * Math.max(1, Math.abs(a)) : a === b);
  return ours.length === theirs.length && ours.every((record, at) => Object.entries(record).every(([key, value]) => alike(value, theirs[at][key])));
}
