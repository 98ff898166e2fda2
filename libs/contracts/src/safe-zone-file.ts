import { z } from 'zod';
import { roleNames, type RoleName, type SafeZoneRule } from '@podnet/policy';
import { columnName, email, line } from './text.ts';

/** A rule as it is written. */
export type SafeZoneFile =
  | 'always'
  | 'never'
  | {
    aggregation?: { min_size: number };
    user?: string;
    role?: (typeof roleNames)[number];
    all_of?: SafeZoneFile[];
    any_of?: SafeZoneFile[];
    at_least?: { n: number; of: SafeZoneFile[] };
    columns?: { allow?: string[]; deny?: string[] };
    until?: string;
    queries?: { per_day: number };
  };

/** A crowd of one is nobody's crowd: whoever wants rows released says so, with `always`. */
export const minSize = z.number().int('must be a whole number').min(2, 'must be 2 or more; one privacy unit is no crowd').max(1_000_000_000).describe('Least number of distinct privacy units');
export const perDay = z.strictObject({ per_day: z.number().int('must be a whole number').min(1).max(1_000_000).describe('Answers in 24 hours, for one modeller') });
const columnList = z.array(columnName).min(1, 'must name a column').max(10_000);
const one = (count: number): boolean => count === 1;
export const written = (value: object): number => Object.values(value).filter((field) => field !== undefined).length;
const dated = z.iso.datetime({ offset: true, error: 'must be an instant like 2027-01-31T00:00:00Z' });
const exactly = { minProperties: 1, maxProperties: 1 };

/** One rule is one key. A union of eleven objects would say of every mistake only that nothing fits. */
const ruleObject = z
  .strictObject({
    aggregation: z.strictObject({ min_size: minSize }).optional().describe('Every row of the answer is about so many privacy units'),
    user: z.union([email, line(100).regex(/^[^@]*$/, 'must be an e-mail or an account id')], 'must be an e-mail or an account id').optional().describe('One modeller'),
    role: z.enum(roleNames).optional().describe('This role, or a stronger one'),
    get all_of() { return ruleList.optional().describe('Every one of these rules'); },
    get any_of() { return ruleList.optional().describe('One or more of these rules'); },
    get at_least() {
      return z
        .strictObject({ n: z.number().int('must be a whole number').min(1, 'must be 1 or more'), of: ruleList })
        .refine(({ n, of }) => n <= of.length, { path: ['n'], message: 'is larger than the number of rules below it' })
        .optional()
        .describe('So many of these rules');
    },
    columns: z.strictObject({ allow: columnList.optional(), deny: columnList.optional() }).refine((lists) => one(written(lists)), 'must have allow or deny, and not both').optional().meta(exactly).describe('Which columns an answer may depend on; what is denied is denied to everybody'),
    until: dated.optional().describe('Passes before this instant'),
    queries: perDay.optional().describe('The first answers of a day'),
  })
  // Where a key is not known, that is the mistake to speak of.
  .refine((rule) => one(written(rule)), { message: 'must be exactly one rule; put several below all_of or any_of', when: ({ issues }) => issues.length === 0 })
  .meta(exactly);

const rule = z.union([z.enum(['always', 'never']), ruleObject], 'must be a rule: always, never, or one of aggregation, user, role, all_of, any_of, at_least, columns, until, queries');
const ruleList: z.ZodArray<z.ZodType<SafeZoneFile>> = z.array(rule as z.ZodType<SafeZoneFile>).min(1, 'must have a rule').max(50);

/** The most that a safe zone may be; a person has to be able to read it. */
export const safeZoneLimits = { depth: 8, rules: 200 } as const;

/** Refuses safe zones that are too deep or too large, at the rule that is too much. */
function checkSafeZone(safeZone: SafeZoneFile, context: z.core.$RefinementCtx): void {
  let rules = 0;
  const open: { rule: SafeZoneFile; path: (string | number)[]; depth: number }[] = [{ rule: safeZone, path: [], depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { rule, path, depth } = next;
    rules += 1;
    if (depth > safeZoneLimits.depth) return context.addIssue({ code: 'custom', path, message: `is nested deeper than ${safeZoneLimits.depth} rules` });
    if (rules > safeZoneLimits.rules) return context.addIssue({ code: 'custom', path: [], message: `has more than ${safeZoneLimits.rules} rules` });
    open.push(...innerOf(rule).map((inner) => ({ rule: inner.rule, path: [...path, ...inner.path], depth: depth + 1 })).reverse());
  }
}

function innerOf(rule: SafeZoneFile): { rule: SafeZoneFile; path: (string | number)[] }[] {
  if (typeof rule === 'string') return [];
  const { all_of, any_of, at_least } = rule;
  if (all_of !== undefined) return all_of.map((inner, index) => ({ rule: inner, path: ['all_of', index] }));
  if (any_of !== undefined) return any_of.map((inner, index) => ({ rule: inner, path: ['any_of', index] }));
  return at_least === undefined ? [] : at_least.of.map((inner, index) => ({ rule: inner, path: ['at_least', 'of', index] }));
}

/** By its key. */
const meanings: { readonly [K in keyof Exclude<SafeZoneFile, string>]-?: (written: NonNullable<Exclude<SafeZoneFile, string>[K]>) => SafeZoneRule } = {
  aggregation: ({ min_size }) => ({ rule: 'aggregation', minSize: min_size }),
  user: (user) => ({ rule: 'user', user }),
  role: (role: RoleName) => ({ rule: 'role', role }),
  all_of: (rules) => ({ rule: 'all-of', of: rules.map(ruleOf) }),
  any_of: (rules) => ({ rule: 'any-of', of: rules.map(ruleOf) }),
  at_least: ({ n, of }) => ({ rule: 'at-least', n, of: of.map(ruleOf) }),
  columns: ({ allow, deny }) => ({ rule: 'columns', allow: allow ?? null, deny: deny ?? [] }),
  until: (at) => ({ rule: 'until', at: Date.parse(at) }),
  queries: ({ per_day }) => ({ rule: 'queries', perDay: per_day }),
};

/** What a written rule means. */
export function ruleOf(written: SafeZoneFile): SafeZoneRule {
  if (typeof written === 'string') return { rule: written };
  const [key, value] = Object.entries(written).find(([, field]) => field !== undefined)! as [keyof typeof meanings, never];
  return meanings[key](value);
}

/** `safe_zone:` of a dataset's policy. */
export const safeZoneFile = rule.superRefine(checkSafeZone);
