import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fences, pages, prose, root } from './markdown.ts';

/** The name that a heading has in a link. */
const anchorOf = (heading: string): string => heading.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
const anchors = (file: string): string[] => [...readFileSync(file, 'utf8').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading!));

const all = pages();
const links = all.flatMap((page) => [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ file: page.file, target: target! })));
const relative = links.filter(({ target }) => !/^[a-z]+:/.test(target));

describe('a document', () => {
  it.each(relative)('$file links to $target, which is there', ({ file, target }) => {
    const [name = '', anchor] = target.split('#');
    const place = path.join(root, path.dirname(file), name === '' ? path.basename(file) : name);
    expect(existsSync(place)).toBe(true);
    if (anchor !== undefined) expect(anchors(place)).toContain(anchor);
  });

  it('links to the web only by https', () => {
    expect(links.filter(({ target }) => target.startsWith('http:'))).toEqual([]);
  });

  it('has a title and closes its fences', () => {
    expect(all.filter(({ text }) => !/^# \S/.test(text)).map(({ file }) => file)).toEqual([]);
    expect(all.filter(({ text }) => (text.match(/^\s*```/gm) ?? []).length % 2 === 1).map(({ file }) => file)).toEqual([]);
  });

  it('names no path of a machine and no address of a package registry', () => {
    const own = [...all, ...globSync('{examples,docs}/**/*.{yaml,ts,json,example}', { cwd: root }).map((file) => ({ file: String(file), text: readFileSync(path.join(root, String(file)), 'utf8') }))];
    const traces = /(?<![\w.~])\/(?:home(?!\/node\b)|Users|root|work|tmp)\/[\w.-]+|https?:\/\/[\w.-]*(?:registry|npmjs|artifactory|nexus)/;
    expect(own.filter(({ text }) => traces.test(text)).map(({ file }) => file)).toEqual([]);
  });
});

describe('the README', () => {
  const readme = all.find(({ file }) => file === 'README.md')!;

  it('fits one screen', () => {
    expect(readme.text.split('\n').length).toBeLessThan(75);
  });

  it('shows the two commands first', () => {
    const [first] = fences(readme);
    expect(first!.lines.map(({ text }) => text.split('  ')[0])).toEqual(['npm start', 'npm test']);
  });

  it('leads to every document of docs', () => {
    const targets = links.filter(({ file }) => file === 'README.md').map(({ target }) => target);
    const documents = globSync('docs/*.md', { cwd: root }).map((file) => String(file).replaceAll('\\', '/'));
    expect(documents.filter((file) => !targets.includes(file))).toEqual([]);
    for (const folder of ['docs/decisions', 'examples']) expect(statSync(path.join(root, folder)).isDirectory() && targets.includes(folder)).toBe(true);
  });
});

describe('the decisions', () => {
  it('are numbered without a gap or a double, and say what was decided', () => {
    const files = globSync('docs/decisions/*.md', { cwd: root }).map((file) => path.basename(String(file))).toSorted();
    const numbers = files.map((file) => Number(file.slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i));
    for (const file of files) {
      const text = readFileSync(path.join(root, 'docs/decisions', file), 'utf8');
      expect(text.startsWith(`# ${file.slice(0, 4)}. `)).toBe(true);
      expect(text).toContain('\n## What was decided\n');
    }
  });
});
