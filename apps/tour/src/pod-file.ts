import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Scene, SiteColumn } from './data/site.ts';

export interface PodPlace {
  name: string;
  configPath: string;
  logPath: string;
}

/** Writes the pod.yaml of one site, as a custodian would. */
export function writePodFile(home: string, hub: string, scene: Scene, site: { pod: string; csvPath: string }, columns: SiteColumn[] = scene.columns): PodPlace {
  const folder = join(home, 'pods', site.pod);
  mkdirSync(folder, { recursive: true });
  const configPath = join(folder, 'pod.yaml');
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
  writeFileSync(configPath, `# One pod of the demonstration. Everything a custodian decides about it is in this file.\n${stringify(config)}`);
  return { name: site.pod, configPath, logPath: join(folder, 'pod.log') };
}
