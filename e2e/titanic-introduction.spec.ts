import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { House } from '@podnet/launch';
import { stringify } from 'yaml';
import { assign, temporaryHouse } from './temporary-house.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const csv = at('../../shared/data/titanic.csv');
const script = at('../examples/sdk/titanic-introduction.ts');
const policy = at('../examples/policies/titanic.yaml');
if (!existsSync(csv)) process.stderr.write('Skipped: titanic.csv is not in ../shared/data.\n');

let house: House;
let home: string;
let close: () => Promise<void>;
const emails = { custodian: 'carl@podnet.example', modeller: 'sara@podnet.example' };

/** Runs one side of the introduction to its end, as its person does. */
async function side(name: keyof typeof emails, password: string): Promise<string> {
  const child = spawn(process.execPath, [script, name, 'north'], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '', PODNET_HUB: house.hubUrl, PODNET_HOME: join(home, 'people'), PODNET_EMAIL: emails[name], PODNET_PASSWORD: password } });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect({ exit, err: said.err }).toEqual({ exit: 0, err: '' });
  return said.out;
}

(existsSync(csv) ? describe : describe.skip)('the introduction with the Titanic', () => {
  beforeAll(async () => ({ house, home, close } = await temporaryHouse()), 120_000);
  afterAll(() => close());

  it('goes as the guide tells', async () => {
    await house.admin();
    // Their keys lie where the script looks for them.
    const custodian = await house.person(emails.custodian, { email: emails.custodian });
    const modeller = await house.person(emails.modeller, { email: emails.modeller });
    const small = join(home, 'other.csv');
    writeFileSync(small, 'a,b\n1,2\n3,4\n');
    await house.addPod(custodian, 'north', stringify({ version: 1, name: 'north', hub: house.hubUrl, home: './home', datasets: [{ name: 'other', source: { csv: small } }] }));
    expect(await house.atPod('north', 'dataset', 'add', csv, '--policy', policy)).toMatchObject({ name: 'titanic', columns: 12 });
    await assign(custodian, modeller, 'general-modeller', ['north']);
    const until = Date.now() + 20_000;
    while (!(await modeller.podnet.pods.show('north')).schemas.some(({ dataset }) => dataset === 'titanic')) {
      if (Date.now() > until) throw new Error('The pod has not published the dataset.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    const [decided, told] = await Promise.all([side('custodian', custodian.password), side('modeller', modeller.password)]);
    expect(decided.split('\n').filter((line) => /^(denied|approved)$/.test(line))).toEqual(['denied', 'approved']);
    expect(decided).toContain(`${emails.modeller} asks: From titanic, keep the first 5 rows.`);
    expect(told).toMatch(/1  0\.6296296\n.*2  0\.4728261\n.*3  0\.2423625/);
    expect(told).toContain('Two rows show the columns just as well');
    // Both rows, and nobody's name or ticket.
    expect(told).toMatch(/^2 rows$/m);
    const secrets = readFileSync(csv, 'utf8').split('\n').slice(1, 6).flatMap((line) => [line.split('"')[1]!, line.split('"')[2]!.split(',')[5]!]);
    expect(secrets).toContain('Braund, Mr. Owen Harris');
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  }, 120_000);
});
