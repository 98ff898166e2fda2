/** Everything that can leave a pod, by kind; `table` is the answer to a query that the datasets' policies judged. What a role does not list never leaves for it. */
export const releaseKinds = ['metrics', 'weights', 'statistics', 'rows', 'table', 'intersection', 'predictions'] as const;

export type Release = (typeof releaseKinds)[number];
