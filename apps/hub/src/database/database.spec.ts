import { startTestHub, type TestHub } from '../testing/hub.ts';
import { Database } from './database.ts';
import { databaseFault, isConflict, isDuplicate } from './fault.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
  await hub.database.client.invitation.create({ data: { id: 'counter', tokenHash: 'counter', createdBy: '0', expiresAt: new Date(0) } });
});
afterAll(() => hub.stop());

const where = { id: 'counter' };
const read = async (): Promise<number> => Number((await hub.database.client.invitation.findUniqueOrThrow({ where })).createdBy);

describe('a transaction', () => {
  it('is done again when another one got in its way, so that nothing is lost', async () => {
    let runs = 0;
    const add = () =>
      hub.database.transaction(
        async (tx) => {
          runs += 1;
          const { createdBy } = await tx.invitation.findUniqueOrThrow({ where });
          await tx.invitation.update({ where, data: { createdBy: String(Number(createdBy) + 1) } });
        },
        { isolation: 'Serializable', retries: 30 },
      );
    await Promise.all(Array.from({ length: 6 }, add));
    expect(await read()).toBe(6);
    expect(runs).toBeGreaterThan(6);
  });

  it('gives up at last, with a fault that says to try again', async () => {
    const blocked = hub.database.transaction(async () => {
      throw Object.assign(new Error('canary'), { code: 'P2034' });
    }, { retries: 1 });
    const error: unknown = await blocked.catch((reason: unknown) => reason);
    expect(isConflict(error)).toBe(true);
    expect(databaseFault(error)?.toBody()).toMatchObject({ code: 'internal.unavailable', retryAfter: 2 });
    expect(JSON.stringify(databaseFault(error)?.toBody())).not.toContain('canary');
  });

  it('leaves nothing behind when its work fails', async () => {
    const before = await read();
    await expect(
      hub.database.transaction(async (tx) => {
        await tx.invitation.update({ where, data: { createdBy: '99' } });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await read()).toBe(before);
  });
});

describe('an error of the database', () => {
  it('is told from others where a row exists already', async () => {
    const twice: unknown = await hub.database.client.invitation.create({ data: { id: 'x', tokenHash: 'counter', expiresAt: new Date(0) } }).catch((error: unknown) => error);
    expect([isDuplicate(twice), databaseFault(twice)]).toEqual([true, undefined]);
    expect(isDuplicate(new Error('x'))).toBe(false);
  });

  it('means 503 where nobody listens', async () => {
    const nowhere = new Database({ url: 'postgresql://nobody:secret-canary@127.0.0.1:1/none', pool: 2 });
    const error: unknown = await nowhere.client.account.count().catch((reason: unknown) => reason);
    expect(databaseFault(error)?.http).toBe(503);
    await expect(nowhere.ping()).rejects.toMatchObject({ code: 'internal.unavailable' });
    await nowhere.close();
  });

  it.each([
    ['53100', 507],
    ['25006', 507],
    ['57P01', 503],
    ['08006', 503],
    ['40P01', 503],
    ['ECONNRESET', 503],
    ['P2024', 503],
    ['23514', undefined],
  ])('of code %s is %s', (code, status) => {
    expect(databaseFault({ name: 'DriverAdapterError', cause: { originalCode: code } })?.http).toBe(status);
  });
});
