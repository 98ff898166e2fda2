import { isFault } from '@podnet/errors';
import { scansOf } from '@podnet/plan';
import { z } from 'zod';

/** A plan as it travels in parameters: small and shallow enough to be read, and of something. What is in it is said where schemas are known. */
export const planForm = z.record(z.string(), z.unknown()).superRefine((plan, context) => {
  try {
    if (scansOf(plan).length === 0) context.addIssue({ code: 'custom', message: 'The plan scans nothing.' });
  } catch (error) {
    if (!isFault(error)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});
