/** Four numbers that key a hash. */
export type Seeds = readonly [number, number, number, number];

/** How sums over the hashes of units are made: null where none are kept. */
export type Sums = readonly [Seeds, Seeds] | null;
