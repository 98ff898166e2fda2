import { openSigned, sign, thumbprint, type PrivateJwk, type PublicJwk } from '@podnet/envelope';

/** The hub's signing key, and the ones it signed with before: what they signed stays verifiable until it expires. */
export class HubKeys {
  private constructor(
    /** What the hub calls itself in everything it signs. */
    readonly name: string,
    private readonly current: PrivateJwk,
    /** The current key first. */
    readonly publicKeys: readonly (PublicJwk & { readonly crv: 'Ed25519' })[],
    /** RFC 7638 thumbprint of the current key. */
    readonly fingerprint: string,
    private readonly byThumbprint: ReadonlyMap<string, PublicJwk>,
  ) {}

  static async of(name: string, keys: readonly [PrivateJwk, ...PrivateJwk[]]): Promise<HubKeys> {
    const halves = keys.map(({ kty, x }) => ({ kty, crv: 'Ed25519', x }) as const);
    const named = await Promise.all(halves.map(async (half) => [await thumbprint(half), half] as const));
    return new HubKeys(name, keys[0], halves, named[0]![0], new Map(named));
  }

  /** A compact JWS of the type, signed by the current key. */
  sign(typ: string, payload: unknown): Promise<string> {
    return sign({ typ, payload, key: this.current });
  }

  /** Reads what this hub signed. **Throws** the codes of `openSigned`. */
  async open(typ: string, jws: string, maxBytes = 16_384): Promise<unknown> {
    const { payload } = await openSigned(jws, { typ, maxBytes, keys: (kid) => this.byThumbprint.get(kid) });
    return payload;
  }
}
