import { faultTable, isFaultCode } from '@podnet/errors';
import { codes, pages, readPage, rows } from './markdown.ts';

const page = readPage('docs/errors.md');
const table = rows(page).filter((cells) => cells.length === 5 && cells[0] !== 'code');
const groups = new Set(Object.keys(faultTable).map((code) => code.split('.')[0]!));

describe('docs/errors.md', () => {
  it('has every code of the table once, in its order', () => {
    expect(table.map(([code]) => code?.replaceAll('`', ''))).toEqual(Object.keys(faultTable));
  });

  it.each(table)('says of %s what the table says, and what to do', (cell, http, exit, title, advice) => {
    const code = cell.replaceAll('`', '');
    if (!isFaultCode(code)) throw new Error(`${code} is no code`);
    expect({ http: Number(http), exit: Number(exit), title }).toEqual(faultTable[code]);
    expect(advice).toMatch(/^[A-Z].{10,}\.$/);
  });

  it('explains every exit status that a code has, and 0', () => {
    const explained = rows(page).filter((cells) => cells.length === 2).map(([status]) => Number(status)).filter(Number.isFinite);
    expect(explained).toEqual([...new Set([0, ...Object.values(faultTable).map(({ exit }) => exit)])].toSorted((a, b) => a - b));
  });
});

describe('a code that a document names', () => {
  const files = /\.(?:ts|mjs|json|ya?ml|md|csv|log|prisma)$/;
  const named = pages().flatMap((page) => codes(page)
    .filter((text) => /^[a-z]+\.[a-z]+(?:-[a-z]+)*$/.test(text) && groups.has(text.split('.')[0]!) && !files.test(text))
    .map((code) => ({ file: page.file, code })));

  /** What looks like a code and is another name. */
  const others: Record<string, string> = {
    'privacy.form': 'a check of the policy',
    'privacy.offered': 'a check of the policy',
    'runner.concurrency': 'a setting of pod.yaml',
    'pod.joined': 'an entry of the audit',
  };

  it('is in the table', () => {
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ code }) => !isFaultCode(code) && !Object.hasOwn(others, code))).toEqual([]);
  });
});
