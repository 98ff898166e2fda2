import { hash, verify } from '@node-rs/argon2';

/** OWASP's least for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

let stranger: Promise<string> | undefined;

/** Hash of a password, argon2id with a salt of its own. */
export const hashPassword = (password: string): Promise<string> => hash(canonical(password), cost);

/**
 * True when the password belongs to the hash. Without a hash (nobody has this name) it does the same work against a hash
 * that nothing matches, so that the time of an answer does not tell who exists.
 */
export async function checkPassword(stored: string | undefined, password: string): Promise<boolean> {
  stranger ??= hash(crypto.randomUUID(), cost);
  const right = await verify(stored ?? (await stranger), canonical(password));
  return right && stored !== undefined;
}

/** The same password typed on another keyboard is the same bytes (NIST SP 800-63B, 5.1.1.2). */
const canonical = (password: string): string => password.normalize('NFKC');
