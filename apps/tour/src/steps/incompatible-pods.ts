import { isFault, Fault } from '@podnet/errors';
import { podFile } from '../pod-file.ts';
import { taskOver, type Step } from '../stage.ts';

/** A pod whose columns are laid out differently: the task is refused before anything runs, column by column. */
export const incompatiblePods: Step = {
  name: 'incompatible-pods',
  async run(stage) {
    const { scene, house } = stage;
    const { custodian } = stage.people;
    const needed = new Set([...(scene.learning.algorithm['features'] as string[])]);
    // The same file, read with other kinds: a category where the others have numbers, and one column kept back.
    const [changed, dropped] = scene.columns.filter((column) => needed.has(column.name) && column.type !== 'category').map((column) => column.name);
    const columns = scene.columns.map((column) => (column.name === changed ? { name: column.name, type: 'category' as const, domain: ['low', 'high'] } : column));
    const other = { ...scene, ignored: [...scene.ignored, ...(dropped ? [dropped] : [])] };
    const yaml = podFile(house.hubUrl, other, { pod: 'elsewhere', csvPath: scene.sites[0]!.csvPath }, columns.filter((column) => column.name !== dropped));
    const pod = await house.addPod(custodian, 'elsewhere', yaml);
    try {
      const task = taskOver(stage, { label: 'Layouts differ', protocol: { name: 'federated-averaging', rounds: 2, epochs: 1 }, algorithm: scene.learning.algorithm, model: scene.learning.model });
      task.pods = [...task.pods, `elsewhere/${scene.dataset}`];
      await custodian.podnet.tasks.submit(task);
    } catch (error) {
      if (!isFault(error) || error.code !== 'schema.incompatible') throw error;
      const causes = error.details.causes ?? [error.toBody()];
      return { says: `refused before anything ran: ${causes.length} differences`, code: error.code, differences: causes.map(({ at, detail }) => ({ at, detail })) };
    } finally {
      await pod.running!.stop();
    }
    throw new Fault('task.failed', 'A task over incompatible pods was accepted.');
  },
};
