import { datasetPolicyFile, datasetPolicyOf, type DatasetPolicyFile } from '@podnet/contracts';
import type { DatasetPolicy } from '@podnet/policy';
import { z } from 'zod';

/** A policy file: the rules, or the rules under `policy:` as in `pod.yaml`. */
export const policyDocument = (isWrapped: boolean) => (isWrapped ? z.strictObject({ policy: datasetPolicyFile }) : datasetPolicyFile);

/** A policy as it was written and kept. **Throws** when it cannot be read any more. */
export const parsePolicy = (written: unknown): DatasetPolicy => datasetPolicyOf(written === undefined ? undefined : (datasetPolicyFile.parse(written) as DatasetPolicyFile));
