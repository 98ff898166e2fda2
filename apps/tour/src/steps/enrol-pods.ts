import type { Step } from '../stage.ts';

/** Each pod makes its own keys and joins with a single-use code; its custodian compares the fingerprint and confirms it. Then it serves. */
export const enrolPods: Step = {
  name: 'enrol-pods',
  async run(stage, bar) {
    const { custodian } = stage.people;
    let ready = 0;
    await Promise.all(
      stage.pods.map(async (pod) => {
        await stage.enrol(pod.place);
        pod.running = await stage.startPod(pod.place);
        bar((ready += 1), stage.pods.length, `${pod.place.name} is ready`);
      }),
    );
    const names = new Set(stage.pods.map(({ place }) => place.name));
    const active = (await custodian.podnet.pods.list()).filter((pod) => pod.state === 'active' && names.has(pod.name));
    const shown = await Promise.all(active.map((pod) => custodian.podnet.pods.show(pod.id)));
    return {
      says: `${active.length} pods joined: ${active.map((pod) => pod.name).join(', ')}`,
      pods: shown.map(({ name, fingerprint, schemas }) => ({ name, fingerprint, datasets: schemas.map((schema) => schema.dataset) })),
    };
  },
};
