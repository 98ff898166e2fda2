import { deriveChannel, packBody, unpackBody, type Channel } from '@podnet/envelope';
import { isFault } from '@podnet/errors';
import { FrameExchange } from './frame-exchange.ts';

const place = { taskId: 'tsk_1', podId: 'pod_1' };
let modeller: Channel;
let exchange: FrameExchange;
beforeEach(async () => {
  modeller = await deriveChannel(new Uint8Array(32), place);
  exchange = new FrameExchange(await deriveChannel(new Uint8Array(32), place));
});
const ask = (step: number, json: unknown) => modeller.seal('to-pod', step, packBody({ json, arrays: {} }));
const answer = { json: 'answer', arrays: { w: Float64Array.of(1, 2) } };

describe('the frames of an assignment', () => {
  it('are answered to the modeller and to nobody else', async () => {
    expect((await exchange.open(3, await ask(3, 'q'))).body.json).toBe('q');
    const sealed = await exchange.seal(3, answer);
    expect(unpackBody(await modeller.open('to-modeller', 3, sealed))).toEqual(answer);
    await expect(modeller.open('to-pod', 3, sealed)).rejects.toMatchObject({ code: 'envelope.undecryptable' });
  });

  it('that come again are answered from memory, until the session begins anew', async () => {
    await exchange.open(1, await ask(1, 'q'));
    const sealed = await exchange.seal(1, answer);
    expect((await exchange.open(1, await ask(1, 'q'))).answer).toBe(sealed);
    expect((await exchange.open(1, await ask(1, 'another'))).answer).toBeUndefined();
    await exchange.seal(1, answer);
    exchange.forget();
    expect((await exchange.open(1, await ask(1, 'another'))).answer).toBeUndefined();
  });

  const wrong: [string, () => Promise<Uint8Array>][] = [
    ['of another step', () => ask(2, 'q')],
    ['of our own direction', () => modeller.seal('to-modeller', 1, packBody({ json: 'q', arrays: {} }))],
    ['of another task', async () => (await deriveChannel(new Uint8Array(32), { ...place, taskId: 'tsk_2' })).seal('to-pod', 1, packBody({ json: 'q', arrays: {} }))],
    ['with another key', async () => (await deriveChannel(new Uint8Array(32).fill(1), place)).seal('to-pod', 1, packBody({ json: 'q', arrays: {} }))],
    ['that are none', () => Promise.resolve(new Uint8Array(40))],
  ];
  it.each(wrong)('%s are refused', async (_, make) => {
    const fault: unknown = await exchange.open(1, await make()).catch((error: unknown) => error);
    expect(isFault(fault) && fault.code).toMatch(/^envelope\./);
  });
});
