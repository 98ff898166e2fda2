import { isFault } from '@podnet/errors';
import { readTaskFile, taskFileSchema } from '../index.ts';

const good = `version: 1
label: Species from beaks
pods: [torgersen/penguins, { pod: dream, dataset: penguins }]
protocol: { name: federated-averaging, rounds: 10, epochs: 1 }
algorithm: { name: model-training, features: [beak], target: species }
model: { name: logistic-regression }
limits: { deadline: 10m, minPods: 2 }
`;

function placesOf(text: string): string[] {
  try {
    readTaskFile(text, 'task.yaml');
  } catch (error) {
    if (isFault(error)) return [error.details.at, ...(error.details.causes ?? []).map((cause) => cause.at)].map(String);
    throw error;
  }
  return [];
}

describe('a task file', () => {
  it('is read with its defaults', () => {
    const task = readTaskFile(good, 'task.yaml');
    expect(task.limits).toEqual({ deadline: '10m', minPods: 2, onPodLoss: 'wait' });
    expect(task.protocol).toMatchObject({ name: 'federated-averaging', rounds: 10, weights: 'rows' });
  });

  it.each([
    ['an unknown parameter of an element', good.replace('rounds:', 'round:'), 'task.yaml:4:40'],
    ['an unknown element', good.replace('federated-averaging', 'federated-averging'), 'task.yaml:4:19'],
    ['a pod without a dataset', good.replace('torgersen/penguins', 'torgersen'), 'task.yaml:3:8'],
    ['both epochs and steps', good.replace('epochs: 1', 'epochs: 1, steps: 2'), 'task.yaml:4:60'],
    ['a duration that is none', good.replace('10m', 'ten minutes'), 'task.yaml:7:21'],
    ['infinity', good.replace('rounds: 10', 'rounds: .inf'), 'task.yaml:4:48'],
    ['a pod named twice', good.replace('pod: dream', 'pod: torgersen'), 'task.yaml:3:7'],
  ])('names the place of %s', (_, text, at) => {
    expect(placesOf(text)).toContain(at);
  });

  it('has a JSON Schema for editors', () => {
    const schema = JSON.stringify(taskFileSchema());
    for (const word of ['federated-averaging', 'rounds', 'earlyStopping', 'logistic-regression', 'onPodLoss']) expect(schema).toContain(word);
  });
});
