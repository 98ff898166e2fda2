import { readOptions } from './options.ts';

const options = { fingerprint: { type: 'string' }, file: { type: 'string' }, ignore: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } as const;
const read = (...args: string[]) => {
  const { values, positionals } = readOptions(args, options, { words: true });
  return { ...values, positionals };
};
const refused = (...args: string[]): unknown => {
  try {
    readOptions(args, options);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'read';
};

describe('the options of a command', () => {
  // Fingerprints of hubs are base64url: one in 64 starts with a dash, one in 4096 with two.
  it.each([['-Ab3'], ['--Ab3'], ['-'], ['--json-ish'], ['Ab3'], ['=x'], ['-a=b']])('take %s as the value it is', (value) => {
    expect(read('--fingerprint', value, '--json')).toMatchObject({ fingerprint: value, json: true, positionals: [] });
    expect(read(`--fingerprint=${value}`)).toMatchObject({ fingerprint: value, json: false });
  });

  it('never take another option of the command for a value', () => {
    expect(refused('--file', '--json')).toBe('usage.invalid');
    expect(refused('--file', '--fingerprint', 'x')).toBe('usage.invalid');
    expect(refused('--file', '--fingerprint=x')).toBe('usage.invalid');
    expect(refused('--file')).toBe('usage.invalid');
  });

  it('refuse what is none of them, and words where none belong', () => {
    expect(refused('--colour', 'red')).toBe('usage.unknown-key');
    expect(refused('--toString', 'x')).toBe('usage.unknown-key');
    expect(refused('-x')).toBe('usage.unknown-key');
    expect(refused('word')).toBe('usage.invalid');
    expect(refused('--json=yes')).toBe('usage.invalid');
  });

  it('end at two dashes', () => {
    expect(read('--json', '--', '--file', '-x')).toMatchObject({ json: true, positionals: ['--file', '-x'] });
    expect(read('--ignore', '-a', '--ignore', 'b', 'word')).toMatchObject({ ignore: ['-a', 'b'], positionals: ['word'] });
  });
});
