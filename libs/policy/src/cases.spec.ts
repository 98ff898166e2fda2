import { decide, roleNames, algorithmCells, protocolCells } from './index.ts';
import { factsOf, readCases, type Asker } from './fixtures/cases.ts';

const files = readCases();
const askers: Asker[] = [...roleNames, 'none', 'custodian'];

describe.each(files)('$file', ({ cases }) => {
  const rows = cases.flatMap((one) => Object.entries(one.answers).map(([asker, answer]) => ({ name: one.name, asker: asker as Asker, answer, one })));

  it.each(rows)('$name · $asker', ({ one, asker, answer }) => {
    const verdict = decide(factsOf(one, asker));
    const failed = verdict.checks.filter((check) => !check.passed).map((check) => check.id);
    expect(verdict.decision === 'permit' ? 'permit' : [verdict.code, ...failed]).toEqual(answer);
    if (one.left) expect([verdict.cost.leftBefore, verdict.cost.leftAfter]).toEqual(one.left);
  });
});

describe('the role table', () => {
  const table = files.find(({ file }) => file === 'role-table.json')?.cases ?? [];

  it.each([...Object.keys(protocolCells), ...Object.keys(algorithmCells)])('has a case of %s for every role, no grant and the custodian', (name) => {
    const cases = table.filter(({ task }) => task.protocol === name || task.algorithm === name);
    const answered = new Set(cases.flatMap(({ answers }) => Object.keys(answers)));
    expect(askers.filter((asker) => !answered.has(asker))).toEqual([]);
  });

  it('answers every case of the table for all seven askers', () => {
    expect(table.filter(({ answers }) => Object.keys(answers).length !== askers.length).map(({ name }) => name)).toEqual([]);
  });
});
