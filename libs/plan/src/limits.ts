import { mistake } from './mistake.ts';

/** What a plan may be at most. Generous for people and for what people's programs write; small for a machine that has to read it. */
export const planLimits = {
  /** Nested objects and lists of the JSON, from the root. */
  depth: 256,
  /** Objects, lists and values of the JSON together. */
  values: 50_000,
  /** Characters of all texts and keys together. */
  characters: 500_000,
  /** Nodes of the plan. */
  nodes: 500,
  /** Columns of any frame of the plan. */
  columns: 2_000,
  /** Members of one `isIn`. */
  members: 10_000,
} as const;

/**
 * Refuses JSON that is too deep or too large, before anything recurses into it.
 * **Throws** `usage.too-deep`, `usage.too-large`.
 */
export function measureJson(json: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value: json, depth: 1 }];
  let values = 0;
  let characters = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    values += 1;
    if (depth > planLimits.depth) throw mistake('usage.too-deep', '$', `The plan is nested more than ${planLimits.depth} levels deep.`);
    if (typeof value === 'string') characters += value.length;
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (!Array.isArray(value)) characters += key.length;
        open.push({ value: inner, depth: depth + 1 });
      }
    }
    if (values + open.length > planLimits.values || characters > planLimits.characters) {
      throw mistake('usage.too-large', '$', `The plan has more than ${planLimits.values} values or ${planLimits.characters} characters.`);
    }
  }
}
