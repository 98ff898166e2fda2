import { connect } from 'node:net';
import { limits } from '@podnet/contracts';
import { io, type Socket } from 'socket.io-client';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { makeAdmin, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
const sockets: Socket[] = [];

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await hub.stop();
});

const open = (options: Record<string, unknown>): Socket => {
  const socket = io(`${hub.url}/modellers`, { transports: ['websocket'], reconnection: false, forceNew: true, ...options });
  sockets.push(socket);
  return socket;
};
const outcome = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) => resolve(error.data?.code ?? 'refused'));
  });

describe('the sockets', () => {
  it('open for a token over websocket', async () => {
    expect(await outcome(open({ auth: { token: admin.token } }))).toBe('connected');
    expect(await (await fetch(`${hub.url}/metrics`)).text()).toMatch(/^podnet_sockets 1$/m);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['without a token', {}, 'auth.required'],
    ['with a made-up one', { auth: { token: 'x.y.z' } }, 'auth.invalid'],
    ['over polling', { transports: ['polling'], auth: { token: 'x' } }, 'refused'],
    ['in a namespace that nobody knows', { auth: {}, transports: ['websocket'], path: '/other' }, 'refused'],
  ])('stay closed %s', async (_, options, code) => {
    expect(await outcome(open(options))).toBe(code);
  });

  it('take no long polling, whatever is posted', async () => {
    const reply = await fetch(`${hub.url}/socket.io/?EIO=4&transport=polling`, { method: 'POST', body: new Uint8Array(1_000), headers: { 'content-type': 'application/octet-stream' } });
    expect(reply.status).toBe(400);
    expect((await fetch(`${hub.url}/socket.io/socket.io.js`)).status).toBe(400);
  });

  it('close on a message larger than a frame may be', async () => {
    const socket = open({ auth: { token: admin.token } });
    await outcome(socket);
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.emit('task:watch', new Uint8Array(limits.frameBytes + 1024 * 1024));
    expect(await closed).toMatch(/transport/);
  });

  it('close at once when their session ends', async () => {
    const socket = open({ auth: { token: admin.token } });
    await outcome(socket);
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    await admin.call('DELETE', '/sessions');
    expect(await closed).toBe('io server disconnect');
  });

  it('are not kept open by someone who never finishes a request', async () => {
    // Node checks for such connections in rounds; what is shown here is that the hub gave it a limit.
    const server = hub.application.getHttpServer() as { headersTimeout: number; requestTimeout: number };
    expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 60_000]);
    const { port } = new URL(hub.url);
    const half = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => half.once('connect', resolve));
    half.write('GET /api/v1/hub HTTP/1.1\r\nhost: x\r\nbroken header\r\n\r\n');
    const answer = await new Promise<string>((resolve) => half.once('data', (chunk) => resolve(String(chunk))));
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    half.destroy();
  });
});
