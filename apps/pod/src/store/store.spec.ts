import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { replayGuardContract } from '@podnet/envelope';
import { isFault } from '@podnet/errors';
import fc from 'fast-check';
import { makeHome } from '../home/home-folder.ts';
import { replayGuardOf } from './seen-tasks.ts';
import { openStore, type Store } from './store.ts';

let home: string;
const opened: Store[] = [];
const open = (now?: () => number): Store => {
  const store = openStore(home, now);
  opened.push(store);
  return store;
};
const close = (store: Store): void => {
  opened.splice(opened.indexOf(store), 1);
  store.close();
};
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pod-store-'));
  makeHome(home);
});
afterEach(() => {
  for (const store of [...opened]) close(store);
  rmSync(home, { recursive: true, force: true });
});
const faultOf = (work: () => unknown): { code: string; at?: string } => {
  try {
    work();
  } catch (error) {
    if (isFault(error)) return { code: error.code, at: error.details.at };
    throw error;
  }
  return { code: 'none' };
};

/** What somebody with the file can do. */
function tamper(statements: string): void {
  const sql = new DatabaseSync(join(home, 'store.sqlite'));
  sql.exec('drop trigger audit_no_update; drop trigger audit_no_delete;');
  sql.exec(statements);
  sql.close();
}

describe('the store', () => {
  it('is for its owner only, and for one process at a time', () => {
    open();
    expect(statSync(join(home, 'store.sqlite')).mode & 0o777).toBe(0o600);
    expect(faultOf(() => open()).code).toBe('conflict.state');
  });

  it('keeps nothing of a transaction that fails', () => {
    const store = open();
    expect(() =>
      store.transaction(() => {
        store.assignments.claim('asg_1', 1);
        store.audit.append('assignment.started', 'asg_1');
        throw new Error('power cut');
      }),
    ).toThrow('power cut');
    expect(store.assignments.find('asg_1')).toBeUndefined();
    expect(store.audit.entries()).toEqual([]);
  });
});

describe('the audit', () => {
  const fill = (): void => {
    const store = open();
    for (let i = 0; i < 5; i++) store.audit.append('assignment.decided', `asg_${i}`, { decision: 'permit', size: i });
    close(store);
  };

  it('is a chain that verifies over restarts', () => {
    fill();
    const store = open();
    store.audit.append('pod.started', 'pod_1');
    expect(store.audit.verify().entries).toBe(6);
    const entries = store.audit.entries();
    expect(entries.map((entry) => entry.previousHash).slice(1)).toEqual(entries.map((entry) => entry.hash).slice(0, -1));
  });

  const attacks: [string, string, string][] = [
    ['a changed detail', `update audit set detail = '{"decision":"deny","size":2}' where seq = 3`, 'audit[3]'],
    ['a changed time', 'update audit set at = at + 1 where seq = 1', 'audit[1]'],
    ['an entry taken out', 'delete from audit where seq = 2', 'audit[2]'],
    ['the newest entry taken off', 'delete from audit where seq = 5', 'audit[5]'],
    ['all entries taken off', 'delete from audit', 'audit[1]'],
    ['a detail that is no JSON', `update audit set detail = '{' where seq = 4`, 'audit[4]'],
    ['two entries swapped', 'update audit set seq = 9 where seq = 4; update audit set seq = 4 where seq = 5; update audit set seq = 5 where seq = 9', 'audit[4]'],
  ];
  it.each(attacks)('keeps the pod from starting after %s', (_, statements, at) => {
    fill();
    tamper(statements);
    expect(faultOf(() => open())).toEqual({ code: 'audit.broken', at });
  });

  it('cannot be changed or shortened by a statement of ours', () => {
    fill();
    const sql = new DatabaseSync(join(home, 'store.sqlite'));
    expect(() => sql.exec('update audit set at = 0')).toThrow('append-only');
    expect(() => sql.exec('delete from audit')).toThrow('append-only');
    sql.close();
  });
});

describe('the ledger', () => {
  const charge = (assignmentId: string, microEpsilon: number, grantId = 'grt_1') => ({ grantId, assignmentId, userId: 'usr_1', dataset: `of-${grantId}`, amount: { epsilonMicro: microEpsilon, deltaFemto: 1_000 }, question: null });
  const spent = (ledger: Store['ledger'], grant: string, except?: string): number => ledger.expended('grant', grant, except).epsilonMicro;

  it('counts a reservation at once, and once however often it is made', () => {
    const { ledger } = open();
    ledger.reserve(charge('asg_1', 300_000));
    ledger.reserve(charge('asg_1', 300_000));
    ledger.reserve(charge('asg_2', 1, 'grt_2'));
    expect([spent(ledger, 'grt_1'), spent(ledger, 'grt_2'), spent(ledger, 'grt_1', 'asg_1')]).toEqual([300_000, 1, 0]);
    expect(faultOf(() => ledger.reserve(charge('asg_1', 299_999))).code).toBe('conflict.state');
  });

  it('gives back only what was not committed', () => {
    const { ledger } = open();
    ledger.reserve(charge('asg_1', 5));
    ledger.reserve(charge('asg_2', 7));
    ledger.commit('asg_1');
    ledger.release('asg_1');
    ledger.release('asg_2');
    ledger.commit('asg_2');
    expect(spent(ledger, 'grt_1')).toBe(5);
    expect(faultOf(() => ledger.reserve(charge('asg_2', 7))).code).toBe('conflict.state');
  });

  it('pays for one answer: an assignment that comes again after its end is not computed on the old charge', () => {
    const { ledger } = open();
    ledger.reserve(charge('asg_1', 5));
    ledger.commit('asg_1');
    expect(faultOf(() => ledger.reserve(charge('asg_1', 5))).code).toBe('conflict.state');
    expect(spent(ledger, 'grt_1')).toBe(5);
  });

  it('cannot be changed or shortened by a statement of ours', () => {
    const store = open();
    store.ledger.reserve(charge('asg_1', 5));
    close(store);
    const sql = new DatabaseSync(join(home, 'store.sqlite'));
    expect(() => sql.exec('update charges set micro_epsilon = 0')).toThrow('append-only');
    expect(() => sql.exec('delete from charges')).toThrow('append-only');
    sql.close();
  });

  it('counts for the grant and for the dataset, in epsilon and in delta', () => {
    const { ledger } = open();
    const of = (assignmentId: string, grantId: string, dataset: string) => ledger.reserve({ ...charge(assignmentId, 10, grantId), dataset });
    of('asg_1', 'grt_1', 'people');
    of('asg_2', 'grt_2', 'people');
    of('asg_3', 'grt_1', 'visits');
    expect(ledger.expended('dataset', 'people')).toEqual({ epsilonMicro: 20, deltaFemto: 2_000 });
    expect(ledger.expended('grant', 'grt_1', 'asg_3')).toEqual({ epsilonMicro: 10, deltaFemto: 1_000 });
  });

  it('has the custodian\'s last word of a limit, and a new period after a reset; what is open stays counted', () => {
    const { ledger } = open();
    const said = { scope: 'grant', subject: 'grt_1', reason: 'a new study', changedBy: 'root@clinic' } as const;
    expect(ledger.limit('grant', 'grt_1')).toBeUndefined();
    ledger.change({ ...said, limit: { epsilonMicro: 5, deltaFemto: 0 } });
    ledger.change({ ...said, limit: { epsilonMicro: 9, deltaFemto: 1 } });
    expect([ledger.limit('grant', 'grt_1'), ledger.limit('dataset', 'grt_1')]).toEqual([{ epsilonMicro: 9, deltaFemto: 1 }, undefined]);
    ledger.reserve(charge('asg_1', 3));
    ledger.commit('asg_1');
    ledger.reserve(charge('asg_2', 4));
    ledger.change({ ...said, limit: null });
    expect(spent(ledger, 'grt_1')).toBe(4);
    ledger.commit('asg_2');
    expect(spent(ledger, 'grt_1')).toBe(4);
    expect(ledger.limit('grant', 'grt_1')).toEqual({ epsilonMicro: 9, deltaFemto: 1 });
    expect(ledger.charges(10).map(({ assignmentId, state }) => [assignmentId, state])).toEqual([['asg_2', 'committed'], ['asg_1', 'committed']]);
  });

  it('adds up for every order of events', () => {
    const { ledger } = open();
    let run = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('reserve', 'commit', 'release')), { maxLength: 20 }), (events) => {
        const grant = `grt_${(run += 1)}`;
        const model = new Map<number, 'reserved' | 'committed' | 'released'>();
        for (const [i, kind] of events) {
          const id = `asg_${run}_${i}`;
          if (kind === 'reserve') {
            if (model.has(i) && model.get(i) !== 'reserved') expect(faultOf(() => ledger.reserve(charge(id, 10 ** i, grant))).code).toBe('conflict.state');
            else ledger.reserve(charge(id, 10 ** i, grant));
            if (!model.has(i)) model.set(i, 'reserved');
          } else {
            ledger[kind](id);
            if (model.get(i) === 'reserved') model.set(i, kind === 'commit' ? 'committed' : 'released');
          }
        }
        const sum = [...model].reduce((total, [i, state]) => total + (state === 'released' ? 0 : 10 ** i), 0);
        expect(spent(ledger, grant)).toBe(sum);
      }),
      { numRuns: 40 },
    );
  });
});

describe('tasks that were seen', () => {
  it.each(replayGuardContract(({ now }) => replayGuardOf(open(now).seenTasks), { bounded: false }))('as a guard: $name', ({ run }) => run());

  it('pass again for the same assignment and for no other, also after a restart', () => {
    const first = open(() => 1_000);
    expect(first.seenTasks.take('tsk_1', 'asg_1', 9_000)).toBe(true);
    close(first);
    const { seenTasks } = open(() => 2_000);
    expect([seenTasks.take('tsk_1', 'asg_1', 9_000), seenTasks.take('tsk_1', 'asg_2', 9_000), seenTasks.take('tsk_1', 'asg_1', 9_000)]).toEqual([true, false, true]);
  });
});

describe('assignments', () => {
  it('end once: a second answer never replaces the first', () => {
    const { assignments } = open();
    assignments.claim('asg_1', 3);
    assignments.end('asg_1', { outcome: 'done', code: null, verdict: 'v', result: Uint8Array.of(1, 2) });
    assignments.end('asg_1', { outcome: 'failed', code: 'runner.crashed', verdict: null, result: null });
    assignments.claim('asg_1', 4);
    expect(assignments.find('asg_1')).toMatchObject({ state: 'ended', epoch: 4, report: { outcome: 'done', result: Uint8Array.of(1, 2) } });
    expect(assignments.unreported().map((row) => row.id)).toEqual(['asg_1']);
    assignments.reported('asg_1');
    expect(assignments.unreported()).toEqual([]);
    assignments.unreport('asg_1');
    expect(assignments.unreported()[0]!.report!.result).toEqual(Uint8Array.of(1, 2));
  });

  it('are noted once and keep their order', () => {
    const { assignments } = open(() => 5);
    assignments.note(['asg_2', 'asg_1']);
    assignments.note(['asg_1', 'asg_3']);
    assignments.claim('asg_1', 1);
    assignments.note(['asg_1']);
    expect(assignments.noted()).toEqual(['asg_2', 'asg_3']);
    expect(assignments.open().map((row) => row.id)).toEqual(['asg_1']);
  });
});
