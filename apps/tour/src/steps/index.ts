import type { Step } from '../stage.ts';
import { assignRoles } from './assign-roles.ts';
import { budgetExhausted } from './budget-exhausted.ts';
import { columnAverage } from './column-average.ts';
import { deniedTraining } from './denied-training.ts';
import { dpTraining } from './dp-training.ts';
import { enrolPods } from './enrol-pods.ts';
import { federatedTraining } from './federated-training.ts';
import { incompatiblePods } from './incompatible-pods.ts';
import { metricsOnlyEvaluation } from './metrics-only-evaluation.ts';
import { offlinePod } from './offline-pod.ts';
import { privateSql } from './private-sql.ts';
import { refusedRows } from './refused-rows.ts';
import { remoteFrame } from './remote-frame.ts';
import { reviewedRows } from './reviewed-rows.ts';
import { sql } from './sql.ts';

/** The tour, in its order. */
export const steps: readonly Step[] = [enrolPods, assignRoles, federatedTraining, metricsOnlyEvaluation, deniedTraining, columnAverage, incompatiblePods, offlinePod, remoteFrame, refusedRows, reviewedRows, sql, privateSql, dpTraining, budgetExhausted];
