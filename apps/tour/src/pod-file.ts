import { stringify } from 'yaml';
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
        columns: Object.fromEntries(columns.map(({ name, type, domain }) => [name, domain ? { type, domain } : { type }])),
        split: scene.split,
      },
    ],
    ceiling: { min_rows: scene.minRows },
    runner: { concurrency: 2, deadline: '10m', memory: '1GiB' },
  };
  return `# One pod of the demonstration. Everything a custodian decides about it is in this file.\n${stringify(config)}`;
}
