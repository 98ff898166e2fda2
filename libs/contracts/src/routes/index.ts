import { grantRoutes } from './grant.ts';
import { identityRoutes } from './identity.ts';
import { podRoutes } from './pod.ts';
import { requestRoutes, reviewRoutes } from './review.ts';
import { auditRoutes, hubRoutes, taskRoutes } from './task.ts';

/** Every route of the hub's REST interface, by the name of its operation. */
export const routes = { ...hubRoutes, ...identityRoutes, ...podRoutes, ...grantRoutes, ...taskRoutes, ...reviewRoutes, ...requestRoutes, ...auditRoutes } as const;

export type RouteName = keyof typeof routes;

/** What every path begins with. */
export const apiPrefix = '/api/v1';
