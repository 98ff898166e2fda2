import { podFile } from '../pod-file.ts';
import type { Step } from '../stage.ts';

/** Each pod makes its own keys and joins with a single-use code; its custodian compares the fingerprint and confirms it. Then it serves. */
export const enrolPods: Step = {
  name: 'enrol-pods',
  async run({ house, scene, people: { custodian } }, bar) {
    let ready = 0;
    await Promise.all(
      scene.sites.map(async (site) => {
        await house.addPod(custodian, site.pod, podFile(house.hubUrl, scene, site));
        bar((ready += 1), scene.sites.length, `${site.pod} is ready`);
      }),
    );
    const pods = [...house.pods.values()].map(({ name, fingerprint }) => ({ name, fingerprint })).sort((a, b) => (a.name < b.name ? -1 : 1));
    return { says: `${pods.length} pods joined: ${pods.map((pod) => pod.name).join(', ')}`, pods };
  },
};
