import { Fault } from '@podnet/errors';

/**
 * Where random bits come from. Everything in this room that draws takes one as an argument; nothing makes one for itself.
 *
 * **Privacy** every claim of this room holds for independent, uniform, secret bits: a cryptographic source that nobody can seed.
 */
export interface BitSource {
  /** The next 32 bits. **Units** an integer in [0, 2³²). */
  word(): number;
}

/** What `crypto.getRandomValues` of Node and browsers does. */
export type FillWithBits = (words: Uint32Array<ArrayBuffer>) => void;

/** getRandomValues serves at most 65 536 bytes at a time; less keeps the time between drawing and using bits short. */
const wordsPerFill = 4096;

/**
 * A source that asks for 16 KiB at a time and forgets each word as it hands it out.
 *
 * **Throws** `internal.unexpected` when the bits are evidently not random: two words in a row that come again in the next fill, or a run of
 * four equal words. By chance that happens once in 2⁶⁴ fills; a stuck or absent generator does it at once.
 *
 * **Source** the repetition test is NIST SP 800-90B, 4.4.1.
 */
export function bufferedBits(fill: FillWithBits): BitSource {
  const words = new Uint32Array(wordsPerFill);
  let next = wordsPerFill;
  let first: number | undefined;
  let second: number | undefined;
  const refill = () => {
    fill(words);
    if (first === words[0] && second === words[1]) throw stuck();
    for (let i = 3; i < wordsPerFill; i += 1) {
      if (words[i] === words[i - 1] && words[i] === words[i - 2] && words[i] === words[i - 3]) throw stuck();
    }
    first = words[0];
    second = words[1];
    next = 0;
  };
  return {
    word() {
      if (next === wordsPerFill) refill();
      const word = words[next]!;
      words[next] = 0;
      next += 1;
      return word;
    },
  };
}

const stuck = () => new Fault('internal.unexpected', 'The random bits repeat themselves, so no noise can be drawn.');

/**
 * The cryptographic source of Node and browsers.
 *
 * **Privacy** the one to use outside specs. It cannot be seeded.
 */
export const cryptoBits = (crypto: Pick<Crypto, 'getRandomValues'>): BitSource => bufferedBits((words) => void crypto.getRandomValues(words));
