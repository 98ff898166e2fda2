import type { PublishedSchema, TaskPayload } from '@podnet/contracts';
import { checkSchemas, columnNeeds, type ColumnNeed } from '@podnet/elements';
import { isFault, type Fault, type FaultCode } from '@podnet/errors';
import type { Check, Verdict } from '@podnet/policy';
import { answersWithNoise, asksByPlan, scansOf } from './scans.ts';

/** A check of the task itself rather than of its asker. */
export interface TaskCheck extends Check {
  code: FaultCode;
}

export interface TaskSurroundings {
  podName: string;
  /** Columns of the dataset that the custodian keeps from leaving. */
  sanitised: readonly string[];
  /** The column that names whom rows are about; null: every row is about somebody of its own. */
  privacyUnit: string | null;
  /** Whether a dataset or frame of this name exists for whoever asks. */
  exists(name: string): boolean;
}

/**
 * What is wrong with a task on this pod, whoever asks: an unknown dataset, parameters that make no sense, columns that are not
 * published or do not serve. The hub reads verdicts and must not learn from them what a task asks for: they say where in the task
 * the mistake is, and no name or value that stands there. The modeller's own SDK says more.
 */
export function taskChecks(payload: TaskPayload, schema: PublishedSchema | undefined, { podName, sanitised, privacyUnit, exists }: TaskSurroundings): TaskCheck[] {
  if (!schema) {
    return [{ id: 'task.dataset', code: 'dataset.unknown', passed: false, says: `${podName} publishes no dataset of this name.`, wouldPass: 'Name a dataset that the pod publishes.' }];
  }
  const { protocol, algorithm, model } = payload;
  let needs;
  try {
    needs = columnNeeds({ protocol, algorithm, model });
  } catch (error) {
    // Elements that are missing or do not fit are looked at by the policy's own checks.
    return isFault(error) ? checksOf('task.parameters', error).filter((check) => !check.code.startsWith('element.')) : rethrow(error);
  }
  const columns = schema.columns.map(({ name, kind, domain }) => ({ name, kind, ...(domain ? { domain: domain.values } : {}) }));
  const refusal = checkSchemas(needs, [{ podName, columns }]);
  if (refusal) return checksOf('task.columns', refusal);
  return [{ id: 'task.columns', code: 'schema.unknown-column', passed: true, says: 'Every column that the task reads is published and of a kind that serves.' }, ...sanitisedChecks(needs, sanitised), ...unitChecks(payload, privacyUnit), ...scanChecks(payload, exists)];
}

/** A model that has learned from a column, or an average of it, would carry it out past the policy that nulls it in answers. */
function sanitisedChecks(needs: readonly ColumnNeed[], sanitised: readonly string[]): TaskCheck[] {
  return needs.filter(({ column }) => sanitised.includes(column)).map(({ at }) => ({
    id: 'task.sanitised', code: 'policy.denied', passed: false, says: `${at}: The custodian lets no value of this column leave, in whatever form.`, wouldPass: 'Leave the column out.',
  }));
}

/** Private queries bound what a unit of several rows puts in; models do not. Found out here, since nothing is charged yet. */
function unitChecks(payload: TaskPayload, privacyUnit: string | null): TaskCheck[] {
  if (payload.privacy === null || privacyUnit === null || answersWithNoise(payload)) return [];
  return [{ id: 'task.unit', code: 'usage.unsupported', passed: false, says: 'The rows of this dataset are about units that can have several, and private training protects single rows.', wouldPass: 'A private query, or a dataset whose rows are units.' }];
}

/** One sentence for what is not there, is not the asker's and is not covered by the grant: nobody learns which. */
function scanChecks(payload: TaskPayload, exists: (name: string) => boolean): TaskCheck[] {
  if (!asksByPlan(payload)) return [];
  if (scansOf(payload).every(exists)) return [{ id: 'task.scans', code: 'dataset.unknown', passed: true, says: 'Every dataset and frame that the task reads is there and covered by the grant.' }];
  return [{ id: 'task.scans', code: 'dataset.unknown', passed: false, says: 'algorithm: There is no such dataset or frame, or you may not see it.', wouldPass: 'Read what your grant covers.' }];
}

function checksOf(id: string, fault: Fault): TaskCheck[] {
  const causes = fault.details.causes ?? [fault.toBody()];
  return causes.map(({ code, at }) => ({ id, code, passed: false, says: `${placeOf(code, at)}${sayings[code] ?? 'This cannot be used here.'}`, wouldPass: 'Correct the task.' }));
}

const sayings: Partial<Record<FaultCode, string>> = {
  'schema.unknown-column': 'There is no such column.',
  'schema.wrong-kind': 'The column is not of a kind that serves here.',
  'usage.unknown-key': 'There is no such parameter.',
};

/** `algorithm.columns[1]: `; of a parameter that nobody knows the name is the modeller's own. */
function placeOf(code: FaultCode, at: string | undefined): string {
  const place = code === 'usage.unknown-key' ? at?.replace(/^(\w+)\..*$/, '$1') : at;
  return place === undefined ? '' : `${place}: `;
}

function rethrow(error: unknown): never {
  throw error;
}

/** Adds checks to a verdict. What the policy denies keeps its code; what it permits is denied when one of the checks failed. */
export function withTaskChecks(verdict: Verdict, checks: readonly TaskCheck[]): Verdict {
  const failed = checks.filter((check) => !check.passed);
  const hints = failed.flatMap((check) => (check.wouldPass === undefined ? [] : [check.wouldPass]));
  const joined: Verdict = { ...verdict, checks: [...verdict.checks, ...checks.map(({ code: _, ...check }) => check)], wouldPass: [...new Set([...verdict.wouldPass, ...hints])] };
  if (failed.length === 0 || verdict.decision === 'deny') return joined;
  const { leftBefore, datasetLeftBefore } = verdict.cost;
  return {
    ...joined,
    decision: 'deny',
    code: failed[0]!.code,
    // Denied after all: nothing is charged.
    cost: { ...verdict.cost, ...(leftBefore === undefined ? {} : { leftAfter: leftBefore }), ...(datasetLeftBefore === undefined ? {} : { datasetLeftAfter: datasetLeftBefore }) },
    whoCanGrant: 'Nobody needs to grant anything for this: the task has to be corrected.',
  };
}
