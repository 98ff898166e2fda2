import type { PlannedWork } from '../../supervised/privacy-plan.ts';
import type { ModelTrainingAndEvaluationParams } from './manifest.ts';

/** How long a pod trains. */
export const amountOf = ({ epochs, steps }: ModelTrainingAndEvaluationParams) => (epochs === undefined ? { steps: steps! } : { epochs });

/** Its one operation trains once and evaluates once. */
export const plannedOf = (params: ModelTrainingAndEvaluationParams): PlannedWork => ({ training: { calls: 1, amount: amountOf(params), asked: params.differentialPrivacy }, evaluations: 1 });
