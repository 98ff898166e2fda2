/** AES-256-GCM under one key. Nonces have 12 bytes, tags 16 behind the ciphertext. */
export interface SideCipher {
  /** Writes a new random nonce before `at`, and ciphertext and tag from `at` on. */
  seal(frame: Uint8Array<ArrayBuffer>, at: number, additionalData: Uint8Array<ArrayBuffer>, body: Uint8Array): Promise<void>;
  /** **Throws** when the tag does not fit. */
  open(nonce: Uint8Array<ArrayBuffer>, additionalData: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** The platform's own library for Node, by what is used of it. A browser has none, and WebCrypto works on another thread everywhere. */
interface AtOnce {
  createCipheriv?(algorithm: 'aes-256-gcm', key: Uint8Array, nonce: Uint8Array): Cipher & { getAuthTag(): Uint8Array };
  createDecipheriv?(algorithm: 'aes-256-gcm', key: Uint8Array, nonce: Uint8Array, options: { authTagLength: number }): Cipher & { setAuthTag(tag: Uint8Array): unknown };
}
interface Cipher {
  setAAD(data: Uint8Array): unknown;
  update(data: Uint8Array): Uint8Array<ArrayBuffer>;
  final(): Uint8Array;
}
const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
const atOnce = process?.getBuiltinModule?.('node:crypto') as AtOnce | undefined;

/** Going to another thread and back costs more than sealing this many bytes, and more still where processors are scarce. */
const mostAtOnceBytes = 1_048_576;
const nonceBytes = 12;
const tagBytes = 16;

/** **Source** NIST SP 800-38D; random nonces, so at most 2^32 frames for each key. */
export async function makeSideCipher(key: Uint8Array<ArrayBuffer>, platform = atOnce): Promise<SideCipher> {
  const { createCipheriv, createDecipheriv } = platform ?? {};
  const elsewhere = await crypto.subtle.importKey('raw', key, { name: 'AES-GCM' }, false, ['encrypt', 'decrypt']);
  return {
    async seal(frame, at, additionalData, body) {
      const nonce = crypto.getRandomValues(frame.subarray(at - nonceBytes, at));
      if (createCipheriv && body.length <= mostAtOnceBytes) {
        const cipher = createCipheriv('aes-256-gcm', key, nonce);
        cipher.setAAD(additionalData);
        frame.set(cipher.update(body), at);
        // Nothing is left over in this mode, but the tag is made here.
        cipher.final();
        frame.set(cipher.getAuthTag(), at + body.length);
        return;
      }
      frame.set(new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, elsewhere, body as Uint8Array<ArrayBuffer>)), at);
    },
    async open(nonce, additionalData, sealed) {
      if (createDecipheriv && sealed.length <= mostAtOnceBytes) {
        const end = sealed.length - tagBytes;
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
        decipher.setAAD(additionalData);
        decipher.setAuthTag(sealed.subarray(end));
        const body = decipher.update(sealed.subarray(0, end));
        // Throws when the tag does not fit: until then what was opened is nobody's.
        decipher.final();
        return new Uint8Array(body.buffer, body.byteOffset, body.length);
      }
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData }, elsewhere, sealed));
    },
  };
}
