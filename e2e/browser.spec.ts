import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { House, Person } from '@podnet/launch';
import { sameOrigin } from './same-origin.ts';
import { assign, podYaml, temporaryHouse } from './temporary-house.ts';

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (!executable) console.warn('Skipped: there is no Chromium here, so the SDK is not tried in a browser.');

/** A page as somebody would write it, with the SDK from its sources. */
const script = `
  import { connect } from '@podnet/sdk';
  import { browserStore } from '@podnet/sdk/browser';
  const podnet = connect({ hub: location.origin, store: browserStore() });
  globalThis.work = {
    signIn: (email, password) => podnet.session.signIn({ email, password }),
    makeKeys: async () => (await podnet.keys.add('browser')).fingerprint,
    keys: async () => (await podnet.keys.own())?.fingerprint,
    who: async () => (await podnet.session.account())?.email,
    async run(task) {
      const outcome = await (await podnet.tasks.submit(task)).outcome();
      document.querySelector('output').textContent = JSON.stringify(outcome.summary);
    },
    refusal: (task) => podnet.tasks.submit(task).then(() => 'none', (fault) => fault.code),
  };
  document.title = 'ready';
`;

async function bundle(): Promise<string> {
  const made = await build({ stdin: { contents: script, resolveDir: fileURLToPath(new URL('../libs/sdk', import.meta.url)), loader: 'ts' }, bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2024', conditions: ['@podnet/source', 'browser'], logLevel: 'silent' });
  return made.outputFiles[0]!.text;
}

it('the SDK is bundled for browsers without anything of Node', async () => {
  expect(await bundle()).not.toMatch(/from ?["']node:/);
}, 60_000);

(executable ? describe : describe.skip)('the SDK in a browser', () => {
  let house: House;
  let closeHouse: () => Promise<void>;
  let origin: Awaited<ReturnType<typeof sameOrigin>>;
  let browser: Browser;
  let page: Page;
  let modeller: Person;
  const mistakes: string[] = [];
  const task = { version: 1, pods: ['north/records'], protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: ['height'] } };
  const heights = Array.from({ length: 40 }, (_, i) => 150 + i);

  /** Calls what the page offers. */
  const ask = <T>(name: string, ...given: unknown[]): Promise<T> => page.evaluate(([called, values]) => (globalThis as unknown as { work: Record<string, (...all: unknown[]) => Promise<T>> }).work[called]!(...values), [name, given] as const);

  beforeAll(async () => {
    const opened = await temporaryHouse();
    ({ house, close: closeHouse } = opened);
    await house.admin();
    const custodian = await house.person('custodian');
    modeller = await house.person('modeller');
    await house.addPod(custodian, 'north', podYaml(opened.home, house.hubUrl, { name: 'north', csv: `height\n${heights.join('\n')}\n`, columns: { height: { type: 'number' } } }));
    await assign(custodian, modeller, 'super-modeller', ['north']);
    origin = await sameOrigin(house.hubUrl, {
      '/': { type: 'text/html; charset=utf-8', body: '<!doctype html><title>…</title><output></output><script type="module" src="/page.js"></script>' },
      '/page.js': { type: 'text/javascript; charset=utf-8', body: await bundle() },
      '/favicon.ico': { type: 'image/png', body: '' },
    });
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
    page = await browser.newPage();
    page.on('pageerror', (error) => mistakes.push(error.message));
    page.on('console', (message) => message.type() === 'error' && mistakes.push(message.text()));
    await page.goto(origin.url);
    await page.waitForFunction('document.title === "ready"');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await origin?.close();
    await closeHouse?.();
  });

  it('signs in, makes keys, and has them again after the page was loaded anew', async () => {
    await ask('signIn', modeller.email, modeller.password);
    const fingerprint = await ask<string>('makeKeys');
    expect((await modeller.podnet.keys.list()).map((device) => device.fingerprint)).toContain(fingerprint);
    await page.reload();
    await page.waitForFunction('document.title === "ready"');
    expect(await ask('keys')).toBe(fingerprint);
    expect(await ask('who')).toBe(modeller.email);
  }, 60_000);

  it('runs a task over a real pod and reads its result', async () => {
    await ask('run', task);
    const { columns } = JSON.parse((await page.textContent('output'))!) as { columns: { column: string; mean: number; count: number }[] };
    expect(columns).toMatchObject([{ mean: heights.reduce((sum, each) => sum + each) / heights.length }]);
  }, 60_000);

  it('is refused with the same codes as everywhere', async () => {
    expect(await ask('refusal', { ...task, pods: ['nowhere/records'] })).toBe('access.not-found');
    expect(await ask('refusal', { ...task, algorithm: { name: 'column-average', columns: ['weight'] } })).toBe('schema.incompatible');
  }, 60_000);

  it('says nothing on the console', () => expect(mistakes).toEqual([]));
});
