import { getRandomValues } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A join code: 100 random bits as five groups of four letters, in an alphabet without look-alikes. */
export function makeJoinCode(random: Uint8Array = getRandomValues(new Uint8Array(20))): string {
  const letters = Array.from(random, (byte) => alphabet[byte % 32]!).join('');
  return letters.match(/.{4}/g)!.join('-');
}

/** A fingerprint as it is compared: without what people add or lose when they copy it. */
export const plainFingerprint = (text: string): string => text.replace(/[\s-]/g, '').toUpperCase();
