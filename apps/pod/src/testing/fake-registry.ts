import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeId, routes } from '@podnet/contracts';
import { makeKeys, publicHalf, thumbprint, fingerprint, type KeyPair } from '@podnet/envelope';
import { Fault } from '@podnet/errors';

/** The part of a hub that pods join at, over HTTP; for specs. */
export class FakeRegistry {
  readonly bodies: unknown[] = [];
  readonly podId = makeId('pod');
  hubKeys!: KeyPair;
  custodian!: KeyPair;
  /** Answers of this kind in place of the right one. */
  answer: (() => { status: number; body: unknown }) | undefined;
  clockMs = 0;
  deviceName = 'laptop';
  private server!: Server;

  static async start(): Promise<FakeRegistry> {
    const registry = new FakeRegistry();
    [registry.hubKeys, registry.custodian] = [await makeKeys(), await makeKeys()];
    registry.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        void registry.reply(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString()).then(({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
        });
      });
    });
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get hubFingerprint(): Promise<string> {
    return thumbprint(this.hubKeys.signing);
  }

  get custodianFingerprint(): Promise<string> {
    return fingerprint(publicHalf(this.custodian));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async reply(method: string, url: string, text: string): Promise<{ status: number; body: unknown }> {
    if (this.answer) return this.answer();
    const keys = [publicHalf(this.hubKeys).signing];
    if (method === 'GET' && url === '/api/v1/hub') {
      return { status: 200, body: { name: 'the-hub', version: '1.0.0', keys, fingerprint: await this.hubFingerprint, setUp: true, now: new Date(Date.now() + this.clockMs).toISOString() } };
    }
    if (method !== 'POST' || url !== '/api/v1/enrolments') return { status: 404, body: new Fault('access.not-found').toBody() };
    const body = routes.joinPod.body.parse(JSON.parse(text));
    this.bodies.push(body);
    if (body.joinCode !== 'GOOD-CODE') return { status: 403, body: new Fault('enrolment.code-invalid').toBody() };
    return {
      status: 201,
      body: {
        podId: this.podId, name: 'north',
        // What a hub says of fingerprints is worth nothing: the pod computes its own.
        hub: { name: 'the-hub', keys, fingerprint: 'claimed' },
        custodian: { id: makeId('account'), name: 'Custodian', email: 'custodian@example.org', devices: [{ name: this.deviceName, keys: publicHalf(this.custodian), fingerprint: 'CLAIMED' }] },
      },
    };
  }
}
