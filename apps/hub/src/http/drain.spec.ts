import { Controller, Module } from '@nestjs/common';
import type { Route } from '@podnet/contracts';
import { z } from 'zod';
import { call } from '../testing/call.ts';
import { startTestHub } from '../testing/hub.ts';
import { Handles, type Answer } from './route.ts';

const slow = { method: 'GET', path: '/spec/slow', access: 'public', tag: 'spec', summary: 'slow', answer: z.strictObject({ done: z.literal(true) }) } as const satisfies Route;

let entered: () => void;
let release: () => void;
let inside: Promise<void>;
let released: Promise<void>;
beforeEach(() => {
  inside = new Promise((resolve) => (entered = resolve));
  released = new Promise((resolve) => (release = resolve));
});

@Controller()
class SlowController {
  @Handles(slow)
  async slow(): Promise<Answer<typeof slow>> {
    entered();
    await released;
    return { done: true };
  }
}

@Module({ controllers: [SlowController] })
class SlowRoom {}

describe('a hub that stops', () => {
  it('lets a call under way finish and takes no new one', async () => {
    const hub = await startTestHub({ moreRooms: [SlowRoom] });
    const answer = call(hub.url, 'GET', '/spec/slow');
    await inside;
    const stopped = hub.stop();
    await expect(fetch(`${hub.url}/api/v1/hub`)).rejects.toThrow();
    release();
    expect((await answer).body).toEqual({ done: true });
    await stopped;
  });

  it('does not wait longer than it was told', async () => {
    const hub = await startTestHub({ moreRooms: [SlowRoom], environment: { PODNET_DRAIN_MS: '50' } });
    const answer = call(hub.url, 'GET', '/spec/slow').then(() => 'answered', () => 'cut');
    await inside;
    await hub.stop();
    expect(await answer).toBe('cut');
    release();
  });

  it('stops once, however often it is asked', async () => {
    const hub = await startTestHub();
    await Promise.all([hub.stop(), hub.stop()]);
    await expect(fetch(`${hub.url}/health/live`)).rejects.toThrow();
  });
});
