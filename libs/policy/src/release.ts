/** Everything that can leave a pod, by kind. What a role does not list never leaves for it. */
export const releaseKinds = ['metrics', 'weights', 'statistics', 'rows', 'table', 'intersection', 'predictions'] as const;

export type Release = (typeof releaseKinds)[number];
