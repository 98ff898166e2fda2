import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { House } from '@podnet/launch';
import { dump, withHubDatabase } from './hub-database.ts';
import { assign, podYaml, temporaryHouse } from './temporary-house.ts';

/** Strings that are in task parameters, in the data and in the results, and nowhere else. */
const canaries = { label: 'canary-label-7f3a91', column: 'canary_column_c04b2e', value: 'canary-value-91d7aa', number: '73519.826431' };

let house: House;
let home: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ house, home, close } = await temporaryHouse({ PODNET_LOG_LEVEL: 'debug' }));
}, 60_000);
afterAll(() => close());

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

describe('what the hub holds', () => {
  it('has none of the strings of task parameters, data and results', async () => {
    await house.admin();
    const custodian = await house.person('custodian');
    const modeller = await house.person('modeller');
    // The mean of the column is the canary number.
    const csv = `id,${canaries.column},note\n${Array.from({ length: 40 }, (_, i) => `${i},${canaries.number},${canaries.value}`).join('\n')}\n`;
    const published = { [canaries.column]: { type: 'number' } };
    await house.addPod(custodian, 'north', podYaml(home, house.hubUrl, { name: 'north', csv, columns: published, ignore: ['note', 'id'] }));
    await assign(custodian, modeller, 'super-modeller', ['north']);
    const outcome = await (
      await modeller.podnet.tasks.submit({ version: 1, label: canaries.label, pods: ['north/records'], protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: [canaries.column] } })
    ).outcome();
    // The modeller has them, so they were there to be found.
    expect(JSON.stringify(outcome.summary)).toContain(canaries.number);

    const held = await dump(home);
    const log = readFileSync(join(home, 'hub.log'), 'latin1');
    // Published schemas are the hub's to hold: the column's name is there, and proves that the search finds what is there.
    expect(held).toContain(canaries.column);
    // And what is kept as bytes is searched as text.
    const sealed = await withHubDatabase(home, (client) => client.query<{ text: string }>(`select convert_from("result", 'utf8') as text from "Assignment"`));
    expect(held).toContain(sealed.rows[0]!.text);
    expect(log).toContain('request');
    for (const canary of [canaries.label, canaries.value, canaries.number]) {
      expect({ canary, found: held.includes(canary) }).toEqual({ canary, found: false });
      expect({ canary, logged: log.includes(canary) }).toEqual({ canary, logged: false });
      const base64 = Buffer.from(canary).toString('base64').slice(2, -4);
      expect({ canary, found: held.includes(base64) }).toEqual({ canary, found: false });
    }
    for (const person of [custodian, modeller]) {
      expect(held.includes(person.password)).toBe(false);
      expect(log.includes(person.password)).toBe(false);
    }
  }, 120_000);

  it('and the logs and stores of a pod name no value of the data', () => {
    const files = filesBelow(join(home, 'pods', 'north'));
    expect(files.some((path) => path.endsWith('pod.log'))).toBe(true);
    for (const path of files) {
      const content = readFileSync(path, 'latin1');
      expect({ path: path.slice(home.length), found: content.includes(canaries.value) || content.includes(canaries.number) }).toEqual({ path: path.slice(home.length), found: false });
    }
  });
});
