import { z } from 'zod';

/** One line of text for people: no control characters, no bidirectional overrides, at most `max` characters. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // eslint-disable-next-line no-control-regex -- the very characters that are refused
    .regex(/^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$/u, 'must not contain control or invisible characters')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

/** Names of pods and datasets: what can stand in a file name, a URL and a command line without quoting. */
export const slug = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens, not at the ends');

/** Name of a column, exactly as in the file. */
export const columnName = line(200);

export const email = z
  .string()
  .max(254)
  .transform((text) => text.normalize('NFKC').trim().toLowerCase())
  .pipe(z.email());

/** SHA-256 as base64url without padding. */
export const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be a SHA-256 digest in base64url');

export const instant = z.iso.datetime({ offset: true });

export const compactToken = (maxBytes: number) => z.string().max(maxBytes).regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)+$/, 'must be a compact JOSE object');
