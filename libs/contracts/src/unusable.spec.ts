import type { z } from 'zod';
import { podCalls } from './events.ts';
import { makeId } from './id.ts';
import { routes } from './routes/index.ts';

const assignmentId = makeId('assignment');

describe('what a database cannot hold does not get as far', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['a NUL in the key of a task', routes.listTasks.query, { idempotencyKey: '\0' }],
    ['a NUL in the subject of an entry', routes.listAudit.query, { subject: 'a\0' }],
    ['an epoch beyond counting, to keep a lease', podCalls['pod:heartbeat'].input, { leases: [{ assignmentId, epoch: 2 ** 40 }] }],
    ['an epoch beyond counting, to end something', podCalls['pod:report'].input, { assignmentId, epoch: 2 ** 31, state: 'failed', code: null, verdict: null, result: null }],
  ])('%s', (_, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });

  it('and what it can does', () => {
    expect(routes.listTasks.query.safeParse({ idempotencyKey: 'a key' }).success).toBe(true);
    expect(podCalls['pod:heartbeat'].input.safeParse({ leases: [{ assignmentId, epoch: 3 }] }).success).toBe(true);
  });
});
