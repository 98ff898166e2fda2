import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { declaredBounds, planTypeOf, podConfig, readYaml, type PodConfig } from '@podnet/contracts';
import { checkSchemas, columnNeeds, parseTriple, prepareElements, privateMetadataOf, questionOf } from '@podnet/elements';
import { podsOf, readTaskFile, type ParsedTask } from '@podnet/sdk';
import { memoryData, simulate } from '@podnet/elements/simulator';
import { fences, pages, root } from './markdown.ts';

const filesOf = (pattern: string): string[] => globSync(pattern, { cwd: root }).map((file) => file.replaceAll('\\', '/')).toSorted();
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const taskFiles = filesOf('examples/tasks/*.yaml');
const podFiles = filesOf('examples/{pods,deployment}/*.yaml');

const islands = ['biscoe', 'dream', 'torgersen'];
const birds = (island: string): Record<string, string>[] => parse(read(`examples/data/penguins/${island}.csv`), { columns: true }) as Record<string, string>[];
const readTask = (file: string): ParsedTask => readTaskFile(read(file), file);
const readPod = (file: string): PodConfig => readYaml(read(file), podConfig, file);

/** The triple of a task, as the registry takes it. */
function tripleOf(task: ParsedTask) {
  const ask = ({ name, version, ...params }: { name: string; version?: number } & Record<string, unknown>) => ({ name, ...(version ? { version } : {}), params });
  return parseTriple({ protocol: ask(task.protocol), algorithm: ask(task.algorithm), model: task.model ? ask(task.model) : null }).asks;
}

/** The columns that a pod file declares, as the pod would publish them. */
function declared(file: string) {
  return Object.entries(readPod(file).datasets[0]!.columns).map(([name, { type, domain, ...given }]) => {
    const bounds = declaredBounds(given, type!);
    return { name, kind: type!, ...(domain ? { domain: domain.map(String), domainSource: 'declared' as const } : {}), ...(bounds ? { bounds } : {}), ...(given.nullable === false ? { nullable: false as const } : {}) };
  });
}

describe('an example of a task', () => {
  it('is there for every kind of task in the README', () => {
    expect(taskFiles.map((file) => path.basename(file, '.yaml'))).toEqual(['column-average', 'heart-disease', 'mass-by-species', 'penguin-species', 'private-mass-by-species', 'private-penguin-species', 'site-metrics']);
  });

  it.each(taskFiles)('%s is read by the SDK and fits together', (file) => {
    expect(() => tripleOf(readTask(file))).not.toThrow();
  });

  it.each(taskFiles)('%s fits the columns that the example of a pod declares', (file) => {
    const pod = file.includes('heart') ? 'examples/pods/heart-hospital.yaml' : 'examples/pods/penguins.yaml';
    const task = readTask(file);
    expect(checkSchemas(columnNeeds(tripleOf(task)), podsOf(task).map(({ pod: podName }) => ({ podName, columns: declared(pod) })))).toBeNull();
    expect(podsOf(task).map(({ pod: name, dataset }) => `${name}/${dataset}`)).toContain(`${readPod(pod).name}/${readPod(pod).datasets[0]!.name}`);
  });

  it('that asks for a column that is not there is found out', () => {
    const text = read('examples/tasks/column-average.yaml').replace('Body Mass (g)', 'Wing Length (mm)');
    const needs = columnNeeds(tripleOf(readTaskFile(text, 'task.yaml')));
    const refusal = checkSchemas(needs, [{ podName: 'torgersen', columns: declared('examples/pods/penguins.yaml') }]);
    expect(refusal).toMatchObject({ code: 'schema.incompatible', details: { causes: [expect.objectContaining({ code: 'schema.unknown-column', at: 'algorithm.columns[1]' })] } });
  });
});

describe('the example of a private question', () => {
  /** What the pod makes of it: the question, or why noise cannot answer it. */
  function asked(pod: string) {
    const [dataset] = readPod(pod).datasets;
    const { name, differential_privacy: given } = dataset!;
    const columns = declared(pod);
    const privacy = given && !('public' in given) ? { privacy: { unit: null, maxRows: given.max_rows, maxGroups: given.max_groups } } : {};
    const task = readTask('examples/tasks/private-mass-by-species.yaml');
    return questionOf(tripleOf(task), {
      dataset: name,
      privacy: task.privacy!,
      sources: new Map([[name, { kind: 'dataset', unit: null, columns: columns.map((column) => ({ name: column.name, type: planTypeOf(column) })) }]]),
      metadata: privateMetadataOf([{ name, columns: columns.map(({ domain, ...column }) => ({ ...column, ...(domain ? { domain: { source: 'declared' as const, values: domain } } : {}) })), ...privacy, sanitised: [] }]),
      digest: (text) => text,
    });
  }
  beforeAll(prepareElements);

  it('can be answered under the declarations of the example of a private pod, and not without them', () => {
    expect(asked('examples/pods/private-penguins.yaml')).toMatchObject({ heads: ['Species', 'birds', 'mass'] });
    expect(() => asked('examples/pods/penguins.yaml')).toThrow(expect.objectContaining({ code: 'dataset.unknown' }));
  });
});

describe('an example of a pod', () => {
  it.each(podFiles)('%s is a configuration', (file) => {
    expect(readPod(file).version).toBe(1);
  });

  it.each(podFiles)('%s declares every column of the files that are in the repository', (file) => {
    const { name, datasets } = readPod(file);
    for (const { source, columns, ignore } of datasets) {
      if (!('csv' in source)) continue;
      for (const csv of [source.csv].flat()) {
        const given = csv.startsWith('/data/') ? `examples/data/penguins/${name}.csv` : path.posix.join(path.posix.dirname(file), csv);
        const found = filesOf(given);
        // The hospital's file may not be handed on; everything else is here.
        expect(found.length > 0).toBe(!given.includes('heart_disease'));
        for (const each of found) expect(Object.keys(columns).concat(ignore)).toEqual(read(each).split('\n')[0]!.split(','));
      }
    }
  });

  it('shows a dataset of several files that the engine reads as one', async () => {
    const { fingerprintOf, openEngine } = await import('@podnet/engine');
    const islandsOfAll = readPod('examples/pods/clinic.yaml').datasets[0]!;
    const folder = path.join(root, 'examples/pods');
    const engine = await openEngine();
    const { columns } = engine.inspect(islandsOfAll, folder);
    expect(columns.map(({ name }) => name)).toEqual(Object.keys(islandsOfAll.columns));
    expect(engine.load(islandsOfAll, folder, columns).table.rows).toBe(islands.flatMap(birds).length);
    expect(fingerprintOf(islandsOfAll, folder)).toHaveLength(43);
  });

  it('shows a table and a query of a database', async () => {
    const sources = podFiles.flatMap((file) => readPod(file).datasets.map(({ source }) => source)).filter((source) => 'postgres' in source);
    expect(sources.map(({ postgres: { table, query } }) => [table, query !== undefined])).toEqual([['clinic.visits', false], [undefined, true]]);
  });
});

describe('YAML in a document', () => {
  const blocks = pages().flatMap((page) => fences(page).filter(({ language }) => language === 'yaml').map(({ lines }) => ({ place: `${page.file}:${lines[0]!.number}`, text: lines.map(({ text }) => text).join('\n') })))
    // What does not begin as a file is a piece of one.
    .filter(({ text }) => text.startsWith('version: 1\n'));

  it('is there for tasks and for pods', () => {
    expect(blocks.filter(({ text }) => text.includes('\ndatasets:')).length).toBeGreaterThan(0);
    expect(blocks.filter(({ text }) => text.includes('\nprotocol:')).length).toBeGreaterThan(0);
  });

  it.each(blocks)('is read without a mistake where it is a whole file: $place', ({ place, text }) => {
    if (text.includes('\ndatasets:')) expect(readYaml(text, podConfig, place).version).toBe(1);
    else expect(() => tripleOf(readTaskFile(text, place))).not.toThrow();
  });
});

describe('the data of the examples', () => {
  it('are the penguins of vega-datasets, island by island', () => {
    const all = JSON.parse(read('node_modules/vega-datasets/data/penguins.json')) as Record<string, string | number | null>[];
    for (const island of islands) {
      const theirs = all.filter((bird) => String(bird['Island']).toLowerCase() === island);
      const ours = birds(island);
      expect(ours).toHaveLength(theirs.length);
      for (const [i, bird] of theirs.entries()) for (const [name, value] of Object.entries(ours[i]!)) expect(value).toBe(bird[name] === null || bird[name] === '.' ? '' : String(bird[name]));
    }
  });

  const run = (file: string, pod = 'examples/pods/penguins.yaml') =>
    simulate({
      ...tripleOf(readTask(file)),
      ...(readTask(file).privacy ? { privacy: readTask(file).privacy! } : {}),
      pods: islands.map((island) => ({ podId: island, podName: island, data: memoryData(declared(pod), birds(island), { split: { train: 60, validation: 20, test: 20, seed: 7 }, minRows: 5 }) })),
    });

  it('teach the species to the example of a training', () => {
    const { outcome } = run('examples/tasks/penguin-species.yaml');
    const { test } = outcome!.summary as { test: { metrics: { accuracy: number } } };
    expect(test.metrics.accuracy).toBeGreaterThan(0.95);
  });

  it('give metrics and no weights to the example of an evaluation', () => {
    const { outcome } = run('examples/tasks/site-metrics.yaml');
    expect(outcome!.contributors).toEqual(islands);
    expect(Object.keys(outcome!.arrays)).toEqual([]);
  });

  it('have the mean that the example of an average finds', () => {
    const { outcome } = run('examples/tasks/column-average.yaml');
    const masses = islands.flatMap(birds).map((bird) => bird['Body Mass (g)']!).filter((mass) => mass !== '').map(Number);
    const { columns } = outcome!.summary as { columns: { column: string; mean: number; count: number }[] };
    const found = columns.find(({ column }) => column === 'Body Mass (g)')!;
    expect(found.count).toBe(masses.length);
    expect(found.mean).toBeCloseTo(masses.reduce((sum, mass) => sum + mass, 0) / masses.length, 9);
  });

  it('teach with noise, within the bounds that the example of a private pod declares', () => {
    const { outcome } = run('examples/tasks/private-penguin-species.yaml', 'examples/pods/private-penguins.yaml');
    const { privacy, test } = outcome!.summary as { privacy: { training: { steps: number } }; test: { noisy: true } };
    expect([privacy.training.steps, test.noisy]).toEqual([40, true]);
    expect(() => run('examples/tasks/private-penguin-species.yaml')).toThrow(expect.objectContaining({ code: 'privacy.unbounded' }));
  });

  it('have the groups that the example of a question asks for', async () => {
    await prepareElements();
    const { outcome } = run('examples/tasks/mass-by-species.yaml');
    const all = islands.flatMap(birds);
    const { rows } = outcome!.summary as { rows: [string, number, number][] };
    expect(rows.map(([species]) => species)).toEqual([...new Set(all.map((bird) => bird['Species']!))].toSorted());
    for (const [species, count, mass] of rows) {
      const own = all.filter((bird) => bird['Species'] === species);
      const masses = own.map((bird) => bird['Body Mass (g)']!).filter((text) => text !== '').map(Number);
      expect(count).toBe(own.length);
      expect(mass).toBeCloseTo(masses.reduce((sum, each) => sum + each, 0) / masses.length, 9);
    }
  });
});

describe('an example of a script', () => {
  it('is looked at by the compiler, in npm run lint', () => {
    const { include } = JSON.parse(read('tsconfig.spec.json')) as { include: string[] };
    expect(include).toContain('examples/**/*.ts');
    expect(read('tools/lint.mjs')).toContain("'-p', 'tsconfig.spec.json'");
  });

  it.each(filesOf('examples/sdk/*.ts'))('%s enters Podnet by its packages only', (file) => {
    const imported = [...read(file).matchAll(/from '([^']+)'/g)].map(([, name]) => name!);
    expect(imported.filter((name) => !/^(?:node:\w+|@podnet\/sdk(?:\/node)?|\.\/[\w-]+\.ts)$/.test(name))).toEqual([]);
  });
});
