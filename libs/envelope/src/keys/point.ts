
/** The two curves: Ed25519 signs, X25519 is sealed to. */
export type Curve = 'Ed25519' | 'X25519';

const prime = 2n ** 255n - 19n;

/** Twice a point with this y has y = 0: 2y² = 1 − dy⁴. */
const order8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/**
 * Points whose multiples are at most eight: with them every signature verifies, or every shared secret is the same.
 * Ed25519 lists the y coordinates (the sign of x does not matter), X25519 the u coordinates of the curve and of its twist.
 */
const smallOrder: Record<Curve, ReadonlySet<bigint>> = {
  Ed25519: new Set([
    0n,
    1n,
    prime - 1n,
    order8,
    prime - order8,
  ]),
  X25519: new Set([
    0n,
    1n,
    prime - 1n,
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  ]),
};

/** True for the canonical encoding of a point that is not of small order. */
export function isUsablePoint(crv: Curve, bytes: Uint8Array): boolean {
  let number = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i]!);
  const sign = number >> 255n;
  const coordinate = number & (2n ** 255n - 1n);
  // The top bit is the sign of x in Ed25519; X25519 ignores it, so a set one would be a second name for the same key.
  if (crv === 'X25519' && sign !== 0n) return false;
  return coordinate < prime && !smallOrder[crv].has(coordinate);
}
