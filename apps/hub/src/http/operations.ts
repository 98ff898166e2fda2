import type { Route } from '@podnet/contracts';

/** Routes outside the contract (health, metrics, the contract's own description). Their handlers answer by themselves. */
export const operations = new WeakSet<Route>();
