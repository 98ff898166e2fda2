import { connectPod, enrolPod, verdictOf, type FakePod } from '../testing/fake-pod.ts';
import { startTestHub, type TestHub } from '../testing/hub.ts';
import { grantRole, makeModeller, submitted, watchAs, type Modeller, type Watching } from '../testing/modeller.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';

let hub: TestHub;
let admin: Person;
let custodian: Person;
let modeller: Modeller;
let watching: Watching;
let pods: FakePod[];

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
  custodian = await makePerson(hub, admin, 'cora@example.org');
  modeller = await makeModeller(hub, admin, 'mo@example.org');
  pods = [];
  for (const name of ['torgersen', 'biscoe', 'dream']) {
    const pod = await enrolPod(hub, custodian, name);
    await grantRole(custodian, pod, modeller);
    pods.push(await connectPod(hub, pod));
  }
  watching = await watchAs(hub, modeller);
});

afterAll(() => hub.stop());

/** What an honest pod does with its mail. */
async function workOff(pod: FakePod, result = new TextEncoder().encode(`sealed by ${pod.name}`)): Promise<void> {
  for (const letter of await pod.pull()) {
    if (letter.kind === 'assignment') {
      const claimed = await pod.claim(letter.body.assignmentId);
      if (claimed) {
        const { assignmentId, epoch } = claimed;
        const verdict = await verdictOf(pod);
        void pod.call('pod:running', { assignmentId, epoch, verdict });
        await pod.call('pod:report', { assignmentId, epoch, state: 'done', code: null, verdict, result });
      }
    }
    await pod.pull([letter.seq]);
  }
}

describe('one task over three pods', () => {
  it('goes from its submission to its results', async () => {
    const hinted = pods.map((pod) => pod.hinted());
    const task = await submitted(modeller, pods);
    await Promise.all(hinted);
    const done = watching.until(task.taskId, ({ state }) => state === 'completed');
    await Promise.all(pods.map((pod) => workOff(pod)));
    expect((await done).assignments.map(({ state, epoch, hasResult }) => ({ state, epoch, hasResult }))).toEqual(Array(3).fill({ state: 'done', epoch: 1, hasResult: true }));
    const { body } = await modeller.call<{ results: { podId: string; result: string }[] }>('GET', `/tasks/${task.taskId}/results`);
    expect(new Set(body.results.map(({ result }) => Buffer.from(result, 'base64url').toString()))).toEqual(new Set(pods.map((pod) => `sealed by ${pod.name}`)));
  });
});
