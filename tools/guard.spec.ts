import { findings, maxBytes } from './guard.mjs';

const look = (text: string, name = 'docs/page.md'): string[] => findings({ name, bytes: Buffer.from(text) });
/** Assembled, so that this file is not a finding itself. */
const glue = (...parts: string[]): string => parts.join('');

describe('the guard of tracked files', () => {
  it.each([
    ['a registry', glue('see https', '://registry.example.org/podnet')],
    ['a registry in a lock file', glue('"resolved"', ': "https', '://host.example.org/a.tgz"')],
    ['a home folder', glue('cd /', 'home/ada/podnet')],
    ['a home folder on a Mac', glue('"/', 'Users/ada/podnet"')],
    ["root's home", glue('`/', 'root/podnet`')],
    ['a private key', glue('-----BEGIN ', 'PRIVATE KEY-----')],
    ['a conflict marker', glue('a\n<<<<', '<<< HEAD\nb')],
  ])('finds %s', (_what, text) => {
    expect(look(text)).toHaveLength(1);
  });

  it('says the line', () => {
    expect(look(glue('one\ntwo\n/', 'home/ada/x'))[0]).toMatch(/^docs\/page\.md:3: a path of a machine/);
  });

  it('finds files that are too large and names that say nothing', () => {
    expect(findings({ name: 'data.bin', bytes: Buffer.alloc(maxBytes + 1) })).toHaveLength(1);
    for (const name of ['libs/a/src/utils.ts', 'apps/b/src/common/x.ts', 'libs/a/src/types.ts', 'libs/a/src/helpers.spec.ts']) expect(look('', name)).toHaveLength(1);
  });

  it.each(['https://github.com/ada/podnet', 'http://127.0.0.1:3000', 'WORKDIR /app', '/home/node/data', 'GET /work', 'rel/home/ada', 'a/root/b', '"version": "1.2.3"'])('lets %s pass', (text) => {
    expect(look(text, 'libs/policy/src/roles.ts')).toEqual([]);
  });
});
