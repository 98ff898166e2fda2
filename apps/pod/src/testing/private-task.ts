import type { Body } from '@podnet/envelope';
import type { SubmittedTask } from './pod-house.ts';

/** More of the house's `pod.yaml`: what private queries need to know of its sixty people. */
export const declared = (budget = ''): string => `      age: { type: integer, lower: 0, upper: 100, nullable: false }\n      height: { nullable: false }\n    differential_privacy: { ${budget} }\n`;

/** A private query as the SDK submits it. */
export const privateTask = (sql: string, privacy: { epsilon: number; delta: number } = { epsilon: 1, delta: 1e-6 }, { payload, grant }: SubmittedTask = {}): SubmittedTask => ({
  payload: { algorithm: { name: 'private-sql-query', version: 1, params: { sql } }, privacy, ...payload },
  grant: { role: 'general-modeller', ...grant },
});

interface Drawn {
  groups: { key: unknown[]; drawn: (string | number)[] }[];
}

/** The numbers with noise, as they left the pod: ticks. */
export const drawnIn = ({ json }: Body): number[][] => (json as Drawn).groups.map(({ drawn }) => drawn.map(Number));
