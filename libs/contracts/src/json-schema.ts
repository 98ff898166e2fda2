import { z } from 'zod';

/** The JSON Schema (2020-12) of a file format, for editors: what a person may write, before defaults are filled in. */
export function editorSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  return { $schema, title, ...rest };
}
