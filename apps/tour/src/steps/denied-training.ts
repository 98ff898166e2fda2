import { Fault, isFault } from '@podnet/errors';
import { verdictLines, type Verdict } from '@podnet/policy';
import { runTask, taskOver, type Step } from '../stage.ts';

/** The same person tries federated training. The hub would say no at once; here every pod says so itself. */
export const deniedTraining: Step = {
  name: 'denied-training',
  async run(stage, bar) {
    const { algorithm, model } = stage.scene.learning;
    const task = taskOver(stage, { label: 'Not allowed', protocol: { name: 'federated-averaging', rounds: 2, epochs: 1 }, algorithm, model });
    try {
      await runTask(stage.people.auditor, task, bar, { courtesy: 'forward' });
    } catch (error) {
      const verdicts = (isFault(error) ? (error.details.verdicts ?? []) : []) as Verdict[];
      const denials = verdicts.filter((verdict) => verdict.by === 'pod' && verdict.decision === 'deny');
      if (denials.length !== stage.scene.sites.length) throw new Fault('task.failed', `${denials.length} of ${stage.scene.sites.length} pods denied.`, { cause: error });
      return {
        says: `${denials.length} of ${stage.scene.sites.length} pods denied, each with ${denials[0]!.checks.filter((check) => !check.passed).length} reasons`,
        code: denials[0]!.code,
        explained: verdictLines(denials[0]!),
        verdicts: denials,
      };
    }
    throw new Fault('task.failed', 'A Metrics Only modeller was let train.');
  },
};
