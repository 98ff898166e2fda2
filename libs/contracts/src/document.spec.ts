import { isFault, type Fault } from '@podnet/errors';
import { podConfig, readYaml } from './index.ts';

const good = `version: 1
name: north
hub: http://127.0.0.1:4400
datasets:
  - name: penguins
    source: { csv: ./penguins.csv }
    columns:
      Species: { type: category, domain: [Adelie, Gentoo] }
`;

function faultOf(text: string): Fault {
  try {
    readYaml(text, podConfig, 'pod.yaml');
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('reading pod.yaml', () => {
  it('stops at nesting that no reader survives', () => {
    expect(faultOf(`runner: ${'['.repeat(100_000)}`)).toMatchObject({ code: 'usage.too-deep' });
  });

  it('fills in what is not written', () => {
    const config = readYaml(good, podConfig, 'pod.yaml');
    expect(config.datasets[0]).toMatchObject({ name: 'penguins', ignore: [], split: { train: 70, validation: 10, test: 20, seed: 1 } });
    expect(config.ceiling.min_rows).toBe(10);
  });

  const mistakes: [string, string, string, string][] = [
    ['an unknown key, with the key that was meant', good.replace('source:', 'sourze:'), 'pod.yaml:6:5', 'usage.unknown-key'],
    ['a wrong type', good.replace('version: 1', 'version: one'), 'pod.yaml:1:10', 'usage.invalid'],
    ['a missing key, at its parent', good.replace('name: north\n', ''), 'pod.yaml:1:1', 'usage.invalid'],
    ['a key given twice', good + 'name: south\n', 'pod.yaml:9:1', 'usage.malformed'],
    ['a wrong kind of column', good.replace('type: category', 'type: colour'), 'pod.yaml:8:24', 'usage.invalid'],
    ['an unclosed bracket', good + 'runner: {', 'pod.yaml:9:10', 'usage.malformed'],
    ['a split that does not add up', good + '    split: { train: 50, test: 20 }\n', 'pod.yaml:9:12', 'usage.invalid'],
    ['deep nesting', `${good}runner: ${'['.repeat(33)}${']'.repeat(33)}\n`, 'pod.yaml:9:40', 'usage.too-deep'],
    ['an empty file', '', 'pod.yaml:1:1', 'usage.invalid'],
    ['a name that is no name', good.replace('name: north', 'name: "../north"'), 'pod.yaml:2:7', 'usage.invalid'],
    ['two datasets of one name', good + '  - { name: penguins, source: { csv: b.csv } }\n', 'pod.yaml:5:3', 'usage.invalid'],
  ];

  it.each(mistakes)('names the place of %s', (_, text, at, code) => {
    const fault = faultOf(text);
    const places = [fault.details.at, ...(fault.details.causes ?? []).map((cause) => cause.at)];
    const codes = [fault.code, ...(fault.details.causes ?? []).map((cause) => cause.code)];
    expect(places).toContain(at);
    expect(codes).toContain(code);
  });

  it('suggests the key that was meant', () => {
    const fault = faultOf(good.replace('hub:', 'hubb:'));
    const hints = [fault.details.hint, ...(fault.details.causes ?? []).map((cause) => cause.hint)];
    expect(hints).toContain('Did you mean hub?');
  });

  it('never repeats a value of the file', () => {
    const fault = faultOf(good.replace('http://127.0.0.1:4400', 's3cr3t-canary').replace('category', 's3cr3t-canary'));
    expect(JSON.stringify(fault.toBody())).not.toContain('s3cr3t-canary');
  });

  it('refuses what would unfold to something huge', () => {
    const bomb = 'a: &a [x,x,x,x,x,x,x,x,x]\n' + 'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill('*' + 'abcdefgh'[i]).join(',')}]`).join('\n');
    expect(faultOf(bomb).code).toBe('usage.malformed');
  });

  it('refuses a file over its size', () => {
    expect(faultOf('#'.repeat(300_000)).code).toBe('usage.too-large');
  });
});
