import { Fault, isFault } from '@podnet/errors';
import { allFinite } from '@podnet/learning';
import { z } from 'zod';
import { body, type Body } from '../../body.ts';
import type { AlgorithmSession, PlannedCall, PodOutput, PodSession, ProtocolPodPart } from '../../pod-part.ts';
import { question, readForm, type Question } from './frames.ts';
import type { FederatedAveragingParams } from './manifest.ts';

/** Answers the modeller's questions. It remembers only how it was last prepared; a restarted pod is prepared again. */
export const federatedAveragingPod: ProtocolPodPart<FederatedAveragingParams> = {
  calls,
  open: (params, algorithm) => new FederatedAveragingPod(params, algorithm),
};

/** Early stopping may leave some of them out. The last round is validated with the end, or by a measure of its own. */
function calls(params: FederatedAveragingParams): readonly PlannedCall[] {
  const { rounds, validation } = params;
  return [
    { operation: 'train', times: rounds, input: { amount: amountOf(params) } },
    ...(validation ? [{ operation: 'evaluate', times: rounds, input: { part: 'validation' } }] : []),
    { operation: 'evaluate', times: 1, input: { part: 'test' } },
  ];
}

const amountOf = ({ epochs, steps }: FederatedAveragingParams) => (epochs === undefined ? { steps } : { epochs });

class FederatedAveragingPod implements PodSession {
  private prepared: { mark: string; rows: number } | null = null;

  constructor(
    private readonly params: FederatedAveragingParams,
    private readonly algorithm: AlgorithmSession,
  ) {}

  start(): PodOutput[] {
    return [];
  }

  frame(step: number, { json, arrays }: Body): PodOutput[] {
    const asked = readForm(question, json);
    switch (asked.phase) {
      case 'statistics': {
        const answer = this.algorithm.call('statistics', { json: asked.input, arrays });
        return [{ type: 'reply', step, body: body({ answer: answer.json }, answer.arrays) }];
      }
      case 'prepare':
        return [{ type: 'reply', step, body: this.prepare(asked, arrays) }];
      case 'round':
        return this.isPrepared(asked) ? [{ type: 'reply', step, body: this.round(asked, arrays) }, { type: 'progress', done: asked.round, of: this.params.rounds }] : [];
      case 'measure':
        return this.isPrepared(asked) ? [{ type: 'reply', step, body: body({ mark: asked.mark, validation: this.evaluate('validation', arrays) }) }] : [];
      case 'finish':
        return this.isPrepared(asked) ? [{ type: 'finish', body: this.finish(asked, arrays) }] : [];
    }
  }

  private prepare({ mark, input }: Question & { phase: 'prepare' }, arrays: Body['arrays']): Body {
    if (this.prepared?.mark !== mark) {
      this.prepared = null;
      const { rows } = readForm(preparedForm, this.algorithm.call('prepare', { json: input, arrays }).json);
      this.prepared = { mark, rows };
    }
    return body({ mark });
  }

  private round({ mark, round, validate }: Question & { phase: 'round' }, arrays: Body['arrays']): Body {
    const validation = validate ? this.evaluate('validation', arrays) : null;
    const trained = this.algorithm.call('train', { json: { round: round - 1, amount: amountOf(this.params) }, arrays });
    const weights = trained.arrays.weights;
    if (!weights || !allFinite(weights)) throw new Fault('data.not-finite', 'The training ended with weights that are not finite.');
    const { rows, loss } = readForm(trainedForm, trained.json);
    return body({ mark, rows, loss, validation }, { weights });
  }

  private finish({ mark, validate }: Question & { phase: 'finish' }, arrays: Body['arrays']): Body {
    return body({ mark, rows: this.prepared!.rows, validation: validate ? this.evaluate('validation', arrays) : null, test: this.evaluate('test', arrays) });
  }

  /** Null when the part has too few rows: the training itself is not lost for that. */
  private evaluate(part: 'validation' | 'test', arrays: Body['arrays']): unknown {
    try {
      return readForm(evaluatedForm, this.algorithm.call('evaluate', { json: { part }, arrays }).json).evaluation;
    } catch (error) {
      if (isFault(error) && error.code === 'policy.too-few-rows') return null;
      throw error;
    }
  }

  /** A frame that came before the preparation it builds on is not answered; it comes again. */
  private isPrepared(asked: { prepared: string }): boolean {
    return this.prepared?.mark === asked.prepared;
  }
}

const preparedForm = z.object({ rows: z.int().min(1) });
const trainedForm = z.object({ rows: z.int().min(1), loss: z.number().nullable() });
const evaluatedForm = z.object({ evaluation: z.unknown() });
