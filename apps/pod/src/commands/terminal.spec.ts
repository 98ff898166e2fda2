import { harmless } from './terminal.ts';

describe('a line for the terminal', () => {
  it.each([
    ['an escape sequence', '\u001b[2Kgone', '\ufffd[2Kgone'],
    ['a control sequence of one letter', '\u009b2Jgone', '\ufffd2Jgone'],
    ['a way back to the start of the line', 'wrong\rright', 'wrong\ufffdright'],
    ['a text that is turned around', 'a\u202eb', 'a\ufffdb'],
    ['a mark without width', 'nor\u200bth', 'nor\ufffdth'],
  ])('does nothing with %s', (_, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it('keeps words of any language, and ends of lines', () => {
    expect(harmless('Größe ✓\n  日本 “so”')).toBe('Größe ✓\n  日本 “so”');
  });
});
