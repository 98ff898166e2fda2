/** What parts of an element hand to one another: plain JSON and arrays of numbers. The envelope room packs it into bytes. */
export interface Body {
  json: unknown;
  arrays: Record<string, Float64Array>;
}

export const body = (json: unknown, arrays: Record<string, Float64Array> = {}): Body => ({ json, arrays });
