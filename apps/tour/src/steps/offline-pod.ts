import { runTask, taskOver, type Step } from '../stage.ts';

/** One pod is down when the task is submitted. It comes back, pulls its part, and the task completes. */
export const offlinePod: Step = {
  name: 'offline-pod',
  async run(stage, bar) {
    const sleeper = stage.pods.at(-1)!;
    await sleeper.running!.kill();
    const started = performance.now();
    const task = taskOver(stage, { label: 'One pod sleeps', protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: [stage.scene.averaged] } });
    const outcome = runTask(stage.people.scientist, task, bar);
    // The outcome is awaited below; until then a failure of it must not count as unhandled.
    outcome.catch(() => undefined);
    sleeper.running = await stage.startPod(sleeper.place);
    const { contributors } = await outcome;
    return { says: `${sleeper.place.name} was killed before the task and came back: ${contributors.length} pods answered`, pod: sleeper.place.name, waitedMs: Math.round(performance.now() - started), contributors: contributors.length };
  },
};
