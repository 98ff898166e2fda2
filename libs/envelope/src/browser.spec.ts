import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { createContext, SourceTextModule } from 'node:vm';

const entry = fileURLToPath(new URL('./index.ts', import.meta.url));

/** The library as one module for browsers. */
async function bundle(contents?: string) {
  const { outputFiles, metafile } = await build({
    ...(contents ? { stdin: { contents, loader: 'ts', resolveDir: fileURLToPath(new URL('.', import.meta.url)) } } : { entryPoints: [entry] }),
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@podnet/source'],
    logLevel: 'silent',
  });
  return { text: outputFiles[0]!.text, inputs: Object.keys(metafile.inputs) };
}

describe('in a browser the library', () => {
  it('needs nothing but itself, the table of errors and jose', async () => {
    const { inputs } = await bundle();
    expect(inputs.filter((path) => !/libs\/(envelope|errors)\/src\/|node_modules\/jose\/dist\/webapi\//.test(path))).toEqual([]);
  });

  it('runs where nothing of Node is there', async () => {
    const { text } = await bundle();
    const world = { crypto, TextEncoder, TextDecoder, Uint8Array, ArrayBuffer, Float64Array, DataView, Uint16Array, btoa, atob, CryptoKey, structuredClone };
    const module = new SourceTextModule(text, { context: createContext(world) });
    await module.link(() => {
      throw new Error('Something is imported.');
    });
    await module.evaluate();
    const library = module.namespace as typeof import('./index.ts');
    const keys = await library.makeKeys();
    const context = { task: 'tsk_1' };
    const jwe = await library.sealToSelf({ keys, payload: { round: 1 }, body: Uint8Array.of(1, 2), context });
    expect(await library.openFromSelf(jwe, { keys, context })).toEqual({ payload: { round: 1 }, body: Uint8Array.of(1, 2) });
    const channel = await library.deriveChannel(new Uint8Array(32), { taskId: 't', podId: 'p' });
    expect(await channel.open('to-pod', 1, await channel.seal('to-pod', 1, Uint8Array.of(3)))).toEqual(Uint8Array.of(3));
  });

  it('would not pass with something of Node in it', async () => {
    await expect(bundle("import { readFileSync } from 'node:fs'; export default readFileSync;")).rejects.toThrow(/node:fs/);
  });
});
