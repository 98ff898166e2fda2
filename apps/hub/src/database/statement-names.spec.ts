import { statementNames } from './statement-names.ts';

const long = (n: number): string => `select ${n} as "something" from "Somewhere" where "id" = $1 and "other" = $2`;

describe('names of statements', () => {
  it('are the same for the same text, and differ for others', () => {
    const nameOf = statementNames();
    const name = nameOf({ sql: long(1) });
    expect(name).toMatch(/^podnet_[\w-]{22}$/);
    expect(nameOf({ sql: long(1) })).toBe(name);
    expect(nameOf({ sql: long(2) })).not.toBe(name);
    expect(statementNames()({ sql: long(1) })).toBe(name);
  });

  it('are not spent on short ones', () => {
    expect(statementNames()({ sql: 'BEGIN' })).toBe('');
  });

  it('come to an end, and known ones stay', () => {
    const nameOf = statementNames();
    const names = Array.from({ length: 1_000 }, (_, n) => nameOf({ sql: long(n) }));
    expect(names.filter((name) => name !== '')).toHaveLength(400);
    expect(nameOf({ sql: long(0) })).toBe(names[0]);
  });
});
