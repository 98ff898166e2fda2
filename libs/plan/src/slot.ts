/** A place in the JSON of a plan where another node or expression stands, by its path from there: `left`, `columns[2]`. */
export interface Slot {
  readonly key: string;
  readonly json: unknown;
}

export const slot = (key: string, json: unknown): Slot => ({ key, json });

export const slots = (key: string, list: readonly unknown[]): Slot[] => list.map((json, index) => slot(`${key}[${index}]`, json));
