/** The five roles, strongest first. The table of what each permits is data, in this file; nobody branches on a role's name. */
export const roleNames = ['super-modeller', 'general-modeller', 'dp-restricted-modeller', 'metrics-only', 'viewer'] as const;

export type RoleName = (typeof roleNames)[number];
