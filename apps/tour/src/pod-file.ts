import { stringify } from 'yaml';
import { crowd } from './data/question.ts';
import type { Scene, SiteColumn } from './data/site.ts';

/** The pod.yaml of one site, as a custodian would write it. */
export function podFile(hub: string, scene: Scene, site: { pod: string; csvPath: string }, columns: SiteColumn[] = scene.columns): string {
  const config = {
    version: 1,
    name: site.pod,
    hub,
    home: './home',
    datasets: [
      {
        name: scene.dataset,
        description: scene.description,
        source: { csv: site.csvPath },
        ...(scene.ignored.length > 0 ? { ignore: scene.ignored } : {}),
        columns: Object.fromEntries(columns.map(({ name, type, domain, bounds }) => [name, { type, ...(domain ? { domain } : {}), ...bounds }])),
        split: scene.split,
        ...policyOf(scene, site.pod),
        // Each row is somebody, and counts once. No budget of its own: roles have one.
        differential_privacy: {},
      },
    ],
    ceiling: { min_rows: scene.minRows },
    runner: { concurrency: 2, deadline: '10m', memory: '1GiB' },
  };
  return `# One pod of the demonstration. Everything a custodian decides about it is in this file.\n${stringify(config)}`;
}

/** The first custodian answers no question about single rows, the second wants to be asked, the others write nothing and have the default: they are asked too. */
function policyOf(scene: Scene, pod: string): object {
  const handling = ['reject', 'review'][scene.sites.findIndex((site) => site.pod === pod)];
  if (handling === undefined) return {};
  return { policy: { safe_zone: { any_of: [{ role: 'super-modeller' }, { aggregation: { min_size: crowd } }] }, unsafe_handling: handling } };
}
