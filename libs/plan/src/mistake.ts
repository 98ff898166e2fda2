import { Fault, type FaultCode } from '@podnet/errors';

/** A refusal of a plan's JSON, with the path of the mistake. Sentences name operations and types, and never a value. */
export const mistake = (code: FaultCode, path: string, sentence: string, hint?: string): Fault => new Fault(code, sentence, hint === undefined ? { at: path } : { at: path, hint });

export const wrongType = (path: string, sentence: string): Fault => mistake('plan.wrong-type', path, sentence);
