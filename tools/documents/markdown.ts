import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** One document: its path from the root, and its text. */
export interface Page {
  file: string;
  text: string;
}

export const readPage = (file: string): Page => ({ file, text: readFileSync(path.join(root, file), 'utf8') });

/** Every document of the repository that people read: those at the root, in docs, in examples and beside the code. */
export const pages = (): Page[] =>
  globSync(['*.md', '{docs,examples,bench,libs,apps}/**/*.md'], { cwd: root, exclude: (name) => /(?:^|\/)(?:node_modules|dist)(?:\/|$)/.test(String(name)) })
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted()
    .map(readPage);

/** Fenced blocks of a page: the language, and each line with its number. */
export function fences({ text }: Page): { language: string; lines: { number: number; text: string }[] }[] {
  const found: ReturnType<typeof fences> = [];
  let open: (typeof found)[number] | undefined;
  for (const [i, line] of text.split('\n').entries()) {
    const fence = /^\s*```(\S*)/.exec(line);
    if (fence && open) open = undefined;
    else if (fence) found.push((open = { language: fence[1] ?? '', lines: [] }));
    else open?.lines.push({ number: i + 1, text: line });
  }
  return found;
}

/** A page without its fenced blocks. */
export const prose = ({ text }: Page): string => text.replace(/^\s*```[\s\S]*?^\s*```/gm, '');

/** Texts in single backquotes, outside of fenced blocks. */
export const codes = (page: Page): string[] => [...prose(page).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);

/** Rows of every table of a page, as cells. */
export const rows = (page: Page): string[][] =>
  prose(page)
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
    .map((line) => line.slice(1, line.lastIndexOf('|')).split(/(?<!\\)\|/).map((cell) => cell.trim()));
