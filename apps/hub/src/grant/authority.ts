import { Fault } from '@podnet/errors';

/** What must be known of somebody who wants to assign, change or end a role. */
export interface Manager {
  userId: string;
  admin: boolean;
}

/** True for those who manage a pod's grants: its custodian and admins. */
export const managesGrants = ({ userId, admin }: Manager, pod: { custodianId: string }): boolean => admin || userId === pod.custodianId;

/**
 * Nobody assigns a role to themselves, nor makes one they hold stronger or longer; only a custodian may, on a pod of their own.
 * **Throws** `access.self-grant`.
 */
export function refuseSelfGrant({ userId }: Manager, pod: { custodianId: string }, modellerId: string): void {
  if (modellerId === userId && pod.custodianId !== userId) {
    throw new Fault('access.self-grant', 'You cannot assign a role to yourself.', { hint: 'Another admin or the pod’s custodian can.' });
  }
}
