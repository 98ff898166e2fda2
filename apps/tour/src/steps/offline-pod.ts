import { runTask, taskOver, type Step } from '../stage.ts';

/** One pod is down when the task is submitted. It comes back, pulls its part, and the task completes. */
export const offlinePod: Step = {
  name: 'offline-pod',
  async run(stage, bar) {
    const sleeper = stage.house.pods.get(stage.scene.sites.at(-1)!.pod)!;
    await sleeper.running!.kill();
    const started = performance.now();
    const task = taskOver(stage, { label: 'One pod sleeps', protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: [stage.scene.averaged] } });
    const outcome = runTask(stage.people.scientist, task, bar);
    // The outcome is awaited below; until then a failure of it must not count as unhandled.
    outcome.catch(() => undefined);
    await stage.house.startPod(sleeper.name);
    const { contributors } = await outcome;
    return { says: `${sleeper.name} was killed before the task and came back: ${contributors.length} pods answered`, pod: sleeper.name, waitedMs: Math.round(performance.now() - started), contributors: contributors.length };
  },
};
