import { Fault } from '@podnet/errors';
import { malformed } from './header.ts';
import { makeSideCipher, type SideCipher } from './side-cipher.ts';

export type Direction = 'to-pod' | 'to-modeller';

/** The encrypted channel between a modeller and one pod for one task. */
export interface Channel {
  /**
   * Seals one step of a protocol.
   *
   * **Shape** 1 byte version, 12 bytes nonce, ciphertext with 16 bytes tag: 29 bytes more than `body`.
   * **Throws** `usage.too-large` above `maxFrameBytes`, `usage.invalid` for a step or direction that is none.
   */
  seal(direction: Direction, step: number, body: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Opens what the other side sealed for the same direction and step.
   *
   * **Throws** `envelope.undecryptable` for another step, direction, task, pod or key and for changed bytes,
   * `envelope.malformed` for what is no frame, `usage.too-large`.
   */
  open(direction: Direction, step: number, frame: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}

/** Of a frame's body. */
export const maxFrameBytes = 64 * 1_048_576;

const version = 1;
const nonceBytes = 12;
const headBytes = 1 + nonceBytes;
const tagBytes = 16;
const directions: Record<Direction, number> = { 'to-pod': 1, 'to-modeller': 2 };
const encoder = new TextEncoder();

/**
 * Derives the channel of one task and pod from the 32 bytes that were sealed to the pod: one key for each direction, so that
 * nothing can be sent back to its sender, and everything that names the place of a frame is authenticated with it.
 *
 * **Throws** `usage.invalid` for a key that does not have 32 bytes, or ids that are empty or overlong.
 * **Source** RFC 5869 (HKDF-SHA-256); NIST SP 800-38D (AES-256-GCM, random nonces: at most 2^32 frames for each key).
 */
export async function deriveChannel(channelKey: Uint8Array, { taskId, podId }: { taskId: string; podId: string }): Promise<Channel> {
  if (channelKey.length !== 32) throw new Fault('usage.invalid', 'A channel key has 32 bytes.', { at: 'channelKey' });
  const secret = await crypto.subtle.importKey('raw', channelKey as Uint8Array<ArrayBuffer>, 'HKDF', false, ['deriveBits']);
  const sides = {
    'to-pod': await deriveSide(secret, placeBytes('to-pod', taskId, podId)),
    'to-modeller': await deriveSide(secret, placeBytes('to-modeller', taskId, podId)),
  };

  return {
    async seal(direction, step, body) {
      if (body.length > maxFrameBytes) throw tooLarge();
      const { cipher, place } = sideOf(sides, direction);
      const frame = new Uint8Array(headBytes + body.length + tagBytes);
      frame[0] = version;
      await cipher.seal(frame, headBytes, withStep(place, step), body);
      return frame;
    },

    async open(direction, step, frame) {
      if (frame.length > headBytes + maxFrameBytes + tagBytes) throw tooLarge();
      if (frame.length < headBytes + tagBytes || frame[0] !== version) throw malformed('The frame is too short or of another version.');
      const { cipher, place } = sideOf(sides, direction);
      const additionalData = withStep(place, step);
      try {
        return await cipher.open(frame.subarray(1, headBytes) as Uint8Array<ArrayBuffer>, additionalData, frame.subarray(headBytes) as Uint8Array<ArrayBuffer>);
      } catch {
        throw new Fault('envelope.undecryptable', 'The frame cannot be opened.');
      }
    },
  };
}

interface Side {
  cipher: SideCipher;
  place: Uint8Array<ArrayBuffer>;
}

function sideOf(sides: Record<Direction, Side>, direction: Direction): Side {
  if (!Object.hasOwn(sides, direction)) throw new Fault('usage.invalid', 'A frame goes to the pod or to the modeller.', { at: 'direction' });
  return sides[direction];
}

async function deriveSide(secret: CryptoKey, place: Uint8Array<ArrayBuffer>): Promise<Side> {
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: encoder.encode('podnet-frame-key'), info: place };
  return { cipher: await makeSideCipher(new Uint8Array(await crypto.subtle.deriveBits(hkdf, secret, 256))), place };
}

/** Version, direction and both ids with their lengths: no two places have the same bytes. */
function placeBytes(direction: Direction, taskId: string, podId: string): Uint8Array<ArrayBuffer> {
  const ids = [taskId, podId].map((id) => encoder.encode(id));
  if (ids.some((id) => id.length === 0 || id.length > 255)) throw new Fault('usage.invalid', 'The ids of task and pod must be texts of 1 to 255 bytes.');
  return Uint8Array.from([version, directions[direction], ...ids.flatMap((id) => [id.length, ...id])]);
}

function withStep(place: Uint8Array, step: number): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(step) || step < 0) throw new Fault('usage.invalid', 'The step of a frame is a whole number from 0.', { at: 'step' });
  const bytes = new Uint8Array(place.length + 8);
  bytes.set(place);
  new DataView(bytes.buffer).setBigUint64(place.length, BigInt(step));
  return bytes;
}

const tooLarge = () => new Fault('usage.too-large', `A frame carries ${maxFrameBytes} bytes at most.`);
