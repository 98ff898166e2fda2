import type { IncomingMessage, ServerResponse } from 'node:http';
import { limits, type Route } from '@podnet/contracts';
import { readStrictJson } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { Intake, type Room } from './intake.ts';

const intake = new Intake();

/**
 * Reads the body of a request by ourselves instead of by Express: one strict reader everywhere, so that no two parties can
 * read the same bytes differently, and a size for each route.
 */
export async function readBody(request: IncomingMessage, response: ServerResponse, route: Route): Promise<unknown> {
  const wanted = route.binary === 'body' ? 'application/octet-stream' : route.body ? 'application/json' : undefined;
  if (wanted === undefined) {
    if (announcedBytes(request) > 0 || request.headers['transfer-encoding'] !== undefined) throw new Fault('usage.invalid', 'This route takes no body.');
    return undefined;
  }
  const maxBytes = route.maxBytes ?? limits.bodyBytes;
  if (announcedBytes(request) > maxBytes) throw tooLarge(maxBytes);
  checkKind(request, wanted);
  const room = intake.open();
  if (response.destroyed) room.close();
  else response.once('close', () => room.close());
  const bytes = await readBytes(request, maxBytes, room);
  return wanted === 'application/json' ? readStrictJson(bytes, { maxBytes, maxDepth: limits.jsonDepth }) : bytes;
}

function checkKind({ headers }: IncomingMessage, wanted: string): void {
  const [kind = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';').map((part) => part.trim());
  const foreign = parameters.filter((parameter) => !/^charset="?utf-8"?$/.test(parameter));
  if (kind !== wanted || foreign.length > 0) throw new Fault('usage.unsupported', `The body must be ${wanted}.`, { at: 'content-type' });
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new Fault('usage.unsupported', 'A compressed body is not taken.', { at: 'content-encoding' });
  }
}

const announcedBytes = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0);

function readBytes(request: IncomingMessage, maxBytes: number, room: Room): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (settle: () => void): void => {
      request.off('data', take).off('end', done).off('error', broken).off('close', broken);
      settle();
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      // The rest is let run off by Node once the refusal is written, so that the caller gets to read it.
      if (bytes > maxBytes) return end(() => reject(tooLarge(maxBytes)));
      try {
        room.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        end(() => reject(error as Fault));
      }
    };
    const done = (): void => end(() => resolve(Buffer.concat(chunks)));
    const broken = (): void => end(() => reject(new Fault('usage.malformed', 'The body ended before its time.')));
    request.on('data', take).on('end', done).on('error', broken).on('close', broken);
  });
}

const tooLarge = (maxBytes: number): Fault => new Fault('usage.too-large', `The body may have ${maxBytes} bytes at most.`);
