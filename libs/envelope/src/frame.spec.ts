import { deriveChannel, maxFrameBytes, type Direction } from './index.ts';

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const place = { taskId: 'tsk_1', podId: 'pod_1' };
const channel = await deriveChannel(key, place);
const body = new TextEncoder().encode('weights of step 3');
const frame = await channel.seal('to-pod', 3, body);
const refused = (code: string) => expect.objectContaining({ code });

describe('a frame', () => {
  it('says nothing but its version in the clear', () => {
    expect(frame[0]).toBe(1);
    expect(Buffer.from(frame).includes('weights')).toBe(false);
    expect(Buffer.from(frame).includes('tsk_1')).toBe(false);
  });

  it('never repeats a nonce', async () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 200; i++) nonces.add(Buffer.from((await channel.seal('to-pod', 3, body)).subarray(1, 13)).toString('hex'));
    expect(nonces.size).toBe(200);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['another step', () => channel.open('to-pod', 4, frame)],
    ['a step 2^32 later', () => channel.open('to-pod', 3 + 2 ** 32, frame)],
    ['the other direction', () => channel.open('to-modeller', 3, frame)],
    ['another task', async () => (await deriveChannel(key, { ...place, taskId: 'tsk_2' })).open('to-pod', 3, frame)],
    ['another pod', async () => (await deriveChannel(key, { ...place, podId: 'pod_2' })).open('to-pod', 3, frame)],
    ['ids that only read the same in a row', async () => (await deriveChannel(key, { taskId: 'tsk_1p', podId: 'od_1' })).open('to-pod', 3, frame)],
    ['ids exchanged', async () => (await deriveChannel(key, { taskId: 'pod_1', podId: 'tsk_1' })).open('to-pod', 3, frame)],
    ['another key', async () => (await deriveChannel(Uint8Array.from(key, (byte) => byte ^ 1), place)).open('to-pod', 3, frame)],
    ['a byte too many', () => channel.open('to-pod', 3, Uint8Array.of(...frame, 0))],
    ['a byte missing', () => channel.open('to-pod', 3, frame.subarray(0, -1))],
  ])('does not open with %s', async (_, open) => {
    await expect(open()).rejects.toEqual(refused('envelope.undecryptable'));
  });

  it('does not open when any bit of it is another', async () => {
    for (let at = 0; at < frame.length; at++) {
      const changed = frame.slice();
      changed[at]! ^= 1 << (at % 8);
      await expect(channel.open('to-pod', 3, changed)).rejects.toEqual(refused(at === 0 ? 'envelope.malformed' : 'envelope.undecryptable'));
    }
  });

  it.each([[0], [1], [28]])('is none with %d bytes', async (length) => {
    await expect(channel.open('to-pod', 3, frame.subarray(0, length))).rejects.toEqual(refused('envelope.malformed'));
  });

  it('carries 64 MiB at most', async () => {
    await expect(channel.seal('to-pod', 0, new Uint8Array(maxFrameBytes + 1))).rejects.toEqual(refused('usage.too-large'));
    await expect(channel.open('to-pod', 0, new Uint8Array(maxFrameBytes + 30))).rejects.toEqual(refused('usage.too-large'));
  });

  it.each([-1, 1.5, NaN, Infinity, 2 ** 53, '3'])('has no step %p', async (step) => {
    await expect(channel.seal('to-pod', step as number, body)).rejects.toEqual(refused('usage.invalid'));
    await expect(channel.open('to-pod', step as number, frame)).rejects.toEqual(refused('usage.invalid'));
  });

  it.each(['both', '', 'toString', '__proto__', undefined])('has no direction %p', async (direction) => {
    await expect(channel.seal(direction as Direction, 3, body)).rejects.toEqual(refused('usage.invalid'));
    await expect(channel.open(direction as Direction, 3, frame)).rejects.toEqual(refused('usage.invalid'));
  });

  it('opens from the middle of a larger buffer, and leaves the bytes that were given alone', async () => {
    const buffer = Uint8Array.of(7, 7, 7, ...frame, 7);
    expect(await channel.open('to-pod', 3, buffer.subarray(3, -1))).toEqual(body);
    expect(buffer.subarray(3, -1)).toEqual(frame);
  });
});

describe('a channel', () => {
  it.each([[0], [16], [31], [33]])('is not made of %d bytes', async (length) => {
    await expect(deriveChannel(new Uint8Array(length), place)).rejects.toEqual(refused('usage.invalid'));
  });

  it.each([['', 'pod_1'], ['tsk_1', ''], ['x'.repeat(256), 'pod_1']])('is not made for the ids %p and %p', async (taskId, podId) => {
    await expect(deriveChannel(key, { taskId, podId })).rejects.toEqual(refused('usage.invalid'));
  });

  it('still reads the frames that this version wrote', async () => {
    const old = 'AYKQKuckdcapZj1bWUzWAFuCY-eDwTNSPx7AvUMtWCSSOACAfWmh5SdsPlVaGLj2NA';
    expect(Buffer.from(await channel.open('to-modeller', 5, Buffer.from(old, 'base64url'))).toString()).toBe('a frame of version 1');
  });
});
