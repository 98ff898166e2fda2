import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { House, HousePod, Person } from '@podnet/launch';
import { stringify } from 'yaml';
import { Shell, type Said } from './command-line.ts';
import { assign, temporaryHouse } from './temporary-house.ts';

/** The census of 1994 (UCI Adult): 32 561 people. Not part of the repository. */
const census = process.env['PODNET_ADULT_CSV'] ?? join(import.meta.dirname, '../../shared/data/adult_train.csv');
const isThere = existsSync(census);
if (!isThere) console.warn(`Skipped: ${census} is not there. PODNET_ADULT_CSV names the file adult_train.csv of UCI Adult.`);

/** Where none is told there stands a ?, which is no value. */
const occupations = ['Adm-clerical', 'Armed-Forces', 'Craft-repair', 'Exec-managerial', 'Farming-fishing', 'Handlers-cleaners', 'Machine-op-inspct', 'Other-service', 'Priv-house-serv', 'Prof-specialty', 'Protective-serv', 'Sales', 'Tech-support', 'Transport-moving'];
const byOccupation = 'SELECT occupation, AVG(age) FROM data GROUP BY occupation';
const count = (above: number): string => `SELECT COUNT(*) AS n FROM data WHERE age > ${above}`;

interface Asked {
  tables: { pod: string | null; columns: { name: string }[]; rows: [string, number][]; accuracy: (number | null)[][] }[];
  spent: { pod: string; cost: { epsilon: number; delta: number; leftBefore?: number; leftAfter?: number } }[];
}
interface Budgets {
  budgets: { scope: string; subject: string; spent: { epsilon: number }; limit: { epsilon: number } | null; left: { epsilon: number } | null }[];
  charges: { epsilon: number; state: string }[];
}

(isThere ? describe : describe.skip)('private queries from the command line', () => {
  let house: House;
  let close: () => Promise<void>;
  let pod: HousePod;
  let general: Shell;
  let restricted: Shell;
  let atPod: Shell;
  let grantOf: (person: Person) => Promise<string>;
  let restrictedPerson: Person;

  beforeAll(async () => {
    let home: string;
    ({ house, home, close } = await temporaryHouse());
    await house.admin();
    const custodian = await house.person('custodian');
    const generalPerson = await house.person('general');
    restrictedPerson = await house.person('restricted');
    pod = await house.addPod(custodian, 'bureau', stringify({
      version: 1, name: 'bureau', hub: house.hubUrl, home: './home',
      datasets: [{ name: 'census', source: { csv: census }, columns: { age: { type: 'integer', lower: 17, upper: 90 }, occupation: { type: 'category', domain: occupations } }, differential_privacy: {} }],
    }));
    await assign(custodian, generalPerson, 'general-modeller', ['bureau']);
    await assign(custodian, restrictedPerson, 'dp-restricted-modeller', ['bureau']);
    grantOf = async ({ email }) => (await custodian.podnet.grants.list()).find((grant) => grant.modeller.email === email)!.id;
    general = await signedIn(home, generalPerson);
    restricted = await signedIn(home, restrictedPerson);
    atPod = new Shell(dirname(pod.configPath), {});
  }, 120_000);
  afterAll(async () => {
    for (const shell of [general, restricted, atPod]) shell?.close();
    await close?.();
  });

  async function signedIn(home: string, { name, email, password }: Person): Promise<Shell> {
    const shell = new Shell(home, { PODNET_HOME: join(home, `cli-${name}`) });
    const said = await shell.run(['login', '--hub', house.hubUrl, '--email', email], { PODNET_PASSWORD: password });
    if (said.exit !== 0) throw new Error(said.err);
    return shell;
  }

  const ask = (shell: Shell, sql: string, epsilon: number, ...more: string[]): Promise<Said> => shell.run(['query', sql, '--dataset', 'census', '--epsilon', String(epsilon), ...more]);
  const dataOf = <Data>({ exit, out, err }: Said): Data => {
    if (exit !== 0) throw new Error(err);
    return (JSON.parse(out) as { data: Data }).data;
  };
  const budgets = async (): Promise<Budgets> => dataOf<Budgets>(await atPod.run(['budget', 'show', '--json']));
  const ofGrant = async (grantId: string) => (await budgets()).budgets.find(({ subject }) => subject === grantId);

  test('a mean for every occupation, with a finite ± that the truth lies within; the same again is the same bytes at no cost', async () => {
    const first = dataOf<Asked>(await ask(general, byOccupation, 1, '--json'));
    const [table] = first.tables;
    expect(table!.rows.map(([occupation]) => occupation).sort()).toEqual(occupations);
    const ages = agesByOccupation();
    const large = table!.rows.flatMap(([occupation, mean], at) => (ages.get(occupation)!.length >= 1_000 ? [{ occupation, mean, width: table!.accuracy[at]![1]! }] : []));
    expect(large.length).toBe(9);
    for (const { occupation, mean, width } of large) {
      const rows = ages.get(occupation)!;
      expect([occupation, mean > 30 && mean < 50, width > 0 && width < 5]).toEqual([occupation, true, true]);
      // Of four widths at 95 % the noise leaves one answer in a hundred thousand.
      expect(Math.abs(mean - rows.reduce((sum, age) => sum + age, 0) / rows.length)).toBeLessThan(4 * width);
    }
    expect(first.spent.map(({ pod: of, cost }) => [of, cost.epsilon, cost.delta])).toEqual([['bureau', 1, 1e-6]]);
    const before = await budgets();

    // Other blanks and letters are the same question.
    const again = dataOf<Asked>(await ask(general, byOccupation.replace('SELECT ', 'select   '), 1, '--json'));
    expect(again.spent[0]!.cost).toMatchObject({ epsilon: 0, delta: 0 });
    const told = ({ tables }: Asked): string => JSON.stringify(tables.map(({ columns, rows, accuracy }) => [columns, rows, accuracy]));
    expect(told(again)).toBe(told(first));
    expect((await budgets()).charges).toEqual(before.charges);
  }, 120_000);

  test('people see value ± width, and what was spent on what', async () => {
    const told = await ask(general, byOccupation, 2);
    expect(told.exit).toBe(0);
    expect(told.out).toMatch(/Adm-clerical +\d\d\.\d+ ± \d\.\d+/);
    expect(told.out).toContain('bureau: epsilon 2 and delta 0.000001 were spent.');
    expect(told.out).toMatch(/spent on +epsilon +delta +noise\n/);
    expect(told.out).toMatch(/sum for AVG +\d/);
    expect((await ask(general, byOccupation, 2)).out).toContain('bureau: answered before; the same answer again cost nothing.');
  }, 120_000);

  test('what cannot be bounded is refused with the column named, and nothing is charged', async () => {
    const before = await budgets();
    const told = await ask(general, 'SELECT SUM("hours-per-week") FROM data', 1);
    expect([told.exit === 0, told.out]).toEqual([false, '']);
    expect(told.err).toContain('hours-per-week');
    expect(told.err).toMatch(/lower and upper|bounds/);
    expect(await budgets()).toEqual(before);
  }, 60_000);

  test('a budget of 3 is told before, spent, and refused beyond; its custodian raises it and begins it anew', async () => {
    const grantId = await grantOf(restrictedPerson);
    const dry = await ask(restricted, count(30), 2, '--can-i', '--json');
    expect(dataOf<{ costs: unknown[] }>(dry).costs).toEqual([{ pod: 'bureau', decision: 'permit', epsilon: 2, delta: 1e-6, leftBefore: 3, leftAfter: 1 }]);
    expect((await ask(restricted, count(30), 2, '--can-i')).out).toContain('epsilon 3 left before, 1 after');
    expect(await ofGrant(grantId)).toBeUndefined();

    expect((await ask(restricted, count(30), 2)).out).toContain('bureau: epsilon 2 and delta 0.000001 were spent. Epsilon 1 is left of your budget.');
    expect(dataOf<Asked>(await ask(restricted, count(40), 1, '--json')).spent[0]!.cost).toEqual({ epsilon: 1, delta: 1e-6, leftBefore: 1, leftAfter: 0 });
    const spent = await ask(restricted, count(50), 0.5);
    expect([spent.exit, spent.out]).toEqual([7, '']);
    expect(spent.err).toContain('policy.budget-exhausted');
    expect(spent.err).toContain('Epsilon 0 of 3 is left; the task would cost 0.5.');
    expect((await ask(restricted, count(50), 0.5, '--can-i')).exit).toBe(7);
    // What was answered stays answered.
    expect((await ask(restricted, count(30), 2)).exit).toBe(0);
    expect((await ofGrant(grantId))!.spent.epsilon).toBe(3);

    const raised = await atPod.run(['budget', 'set', '--grant', grantId, '--epsilon', '4', '--delta', '0.00001', '--reason', 'Study 12', '--json']);
    expect(dataOf<{ before: unknown; after: unknown }>(raised)).toMatchObject({ before: { limit: null }, after: { spent: { epsilon: 3 }, limit: { epsilon: 4 }, left: { epsilon: 1 } } });
    expect(dataOf<Asked>(await ask(restricted, count(50), 0.5, '--json')).spent[0]!.cost).toEqual({ epsilon: 0.5, delta: 1e-6, leftBefore: 1, leftAfter: 0.5 });
    expect((await ask(restricted, count(60), 1)).exit).toBe(7);

    const anew = await atPod.run(['budget', 'reset', '--grant', grantId, '--reason', 'New consent round']);
    expect([anew.exit, anew.out]).toEqual([0, expect.stringContaining(`The grant ${grantId} begins a new period: 3.5 of epsilon counted before, 0 now.`)]);
    expect(dataOf<Asked>(await ask(restricted, count(60), 1, '--json')).spent[0]!.cost.epsilon).toBe(1);
    expect((await ofGrant(grantId))!.spent.epsilon).toBe(1);
  }, 240_000);

  test('a dataset has a budget for all modellers together', async () => {
    const spentBefore = (await budgets()).budgets.find(({ scope, subject }) => scope === 'dataset' && subject === 'census')!.spent.epsilon;
    expect((await atPod.run(['budget', 'set', '--dataset', 'census', '--epsilon', String(spentBefore + 1), '--delta', '0.001', '--reason', 'Enough'])).exit).toBe(0);
    const beyond = await ask(general, count(70), 2);
    expect([beyond.exit, /all modellers together/.test(beyond.err)]).toEqual([7, true]);
    expect((await ask(general, count(70), 1)).exit).toBe(0);
    const shown = await atPod.run(['budget', 'show']);
    expect(shown.out).toMatch(/dataset +census +[\d.]+ +[\d.]+ +0 /);
  }, 120_000);

  test.each([
    [['--delta', '1e-6'], 'A delta needs an epsilon'],
    [['--epsilon', 'much'], 'Epsilon is a number'],
    [['--epsilon', '1', '--each'], '--each does not go with --epsilon'],
    [['--epsilon', '1', '--keep', 'noise'], '--keep does not go with --epsilon'],
    [['--epsilon', '1', '--explain'], '--explain does not go with --epsilon'],
  ])('%j is a mistake of usage', async (options, says) => {
    const told = await general.run(['query', byOccupation, '--dataset', 'census', ...options]);
    expect([told.exit, told.err.includes(says)]).toEqual([2, true]);
  });

  test('a budget is of one dataset or one grant', async () => {
    expect((await atPod.run(['budget', 'reset', '--reason', 'None named'])).exit).toBe(2);
    expect((await atPod.run(['budget', 'set', '--dataset', 'nobody', '--epsilon', '1', '--delta', '0.1', '--reason', 'Not there'])).exit).not.toBe(0);
  });
});

function agesByOccupation(): Map<string, number[]> {
  const ages = new Map<string, number[]>();
  for (const line of readFileSync(census, 'utf8').trim().split('\n').slice(1)) {
    const cells = line.split(',').map((cell) => cell.trim());
    ages.set(cells[6]!, [...(ages.get(cells[6]!) ?? []), Number(cells[0])]);
  }
  return ages;
}
