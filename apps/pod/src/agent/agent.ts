import { limits, type Mail } from '@podnet/contracts';
import { Fault, isFaultCode, toFault } from '@podnet/errors';
import type { PodFile } from '../config/pod-file.ts';
import { openAssignment, type Recipient } from '../envelope/open-assignment.ts';
import { makeGate } from '../gate/gate.ts';
import { signVerdict } from '../gate/signed-verdict.ts';
import { watchPins } from '../home/known-pins.ts';
import type { Pins } from '../home/pins.ts';
import type { PodKeys } from '../home/pod-keys.ts';
import { makeAuthToken } from '../hub-link/auth-token.ts';
import { isAway, openHubLink, type Handlers, type HubLink } from '../hub-link/hub-link.ts';
import type { LocalLog } from '../log/local-log.ts';
import { declaredBudget } from '../catalogue/published-privacy.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { unknownColumns } from '../catalogue/policy-columns.ts';
import { QueryDesk } from '../query/query-desk.ts';
import { inspectDataset } from '../runner/inspect.ts';
import { filesOf } from '../runner/pool-of.ts';
import type { RunnerPool } from '../runner/runner-pool.ts';
import { SnapshotKeeper } from '../snapshots/snapshot-keeper.ts';
import type { Store } from '../store/store.ts';
import { Assignment } from './assignment.ts';
import { judgeDry } from './dry-run.ts';
import { Mailroom } from './mailroom.ts';
import { Publisher } from './publisher.ts';
import { makeReporter } from './reporter.ts';
import { ReviewPost } from './review-post.ts';
import type { Workshop } from './workshop.ts';

export interface AgentOptions {
  file: PodFile;
  pins: Pins;
  keys: PodKeys;
  store: Store;
  pool: RunnerPool;
  log: LocalLog;
  version: string;
  now?: () => number;
  /** The pod is connected and has published what it serves, for the first time. */
  onReady?(): void;
  /** At every heartbeat while the hub is there, and as soon as it is. */
  onConnected?(): void;
  /** Something the custodian should see on the terminal. */
  onNotice?(text: string): void;
}

export interface Agent {
  /** Resolves when the pod was removed from the hub; rejects never. */
  readonly removed: Promise<void>;
  /** What it works on now. */
  readonly active: readonly string[];
  /** Hash of the policy that it applies to a dataset. */
  policyHash(dataset: string): string;
  /** Takes nothing new, waits a little for what is nearly done, and lets go of the rest: it goes on after the next start. */
  stop(graceMs?: number): Promise<void>;
}

const pullMs = 15_000;
const greetAgainMs = 2_000;
/** A custodian who has decided should not have to wait. */
const lookMs = 300;
const keepAnswersMs = 24 * 3_600_000;
const keepQueriesMs = 90 * 24 * 3_600_000;
/** How far apart the clocks of pod and hub may be before it is said. */
const skewMs = 10_000;

/** The pod at work: mail → claim → open → judge → journal → run → seal → store → report. */
export async function startAgent({ file, pins, keys, store, pool, log, version, now = Date.now, onReady, onConnected, onNotice = () => undefined }: AgentOptions): Promise<Agent> {
  const { podId } = pins;
  const known = await watchPins(file.home, pins, log);
  const recipient = (): Recipient => ({ podId, keys: keys.pair, pins: known.pins, pinned: known.pinned, now: now() });
  const catalogue = new Catalogue({ file, added: store.datasets, policies: store.policies, log });
  const keeper = new SnapshotKeeper({ place: file, datasets: () => catalogue.datasets, log, now });
  const publisher = new Publisher({
    file, catalogue, podId, keys, version, schemas: store.schemas, log, now,
    settle: (dataset) => keeper.settled(dataset),
    onSettled: (datasets) => pool.allow(filesOf(datasets, file)),
    inspect: (dataset) => inspectDataset(pool, dataset, file.baseDir),
  });
  const desk = new QueryDesk({ store, catalogue, publisher, secret: keys.secret, now });
  const gate = await makeGate({
    config: file.config, podId, ledger: store.ledger, answers: store.privateAnswers, revokedGrants: store.revokedGrants, now,
    schemaOf: (dataset) => publisher.find(dataset)?.schema,
    policyOf: (dataset) => (catalogue.find(dataset) ? catalogue.policyOf(dataset) : undefined),
    budgetOf: (dataset) => declaredBudget(catalogue.find(dataset)),
    exists: (name, asked) => desk.exists(name, asked),
  });
  const post = new ReviewPost({ store, recipient, link: () => link, log });
  const shop: Workshop = { file, podId, keys: keys.pair, recipient, store, gate, publisher, desk, post, pool, link: () => link, log, now };
  const reporter = makeReporter({ assignments: store.assignments, link: () => link, log });
  const mailroom = new Mailroom({ link: () => link, log, handle });
  const removal = Promise.withResolvers<void>();
  /** More than can compute at once: what waits for frames gives its runner to others. */
  const mostActive = Math.max(16, file.config.runner.concurrency * 8);
  const active = new Map<string, Assignment>();
  const taking = new Set<string>();
  let isReady = false;
  let stopping = false;
  let lastRefusal = '';
  let lastPublished: string | undefined;
  let isGreeting = false;
  let hasGreeted = false;
  let greetingAgain: NodeJS.Timeout | undefined;

  await keeper.begin();
  await publisher.refresh();
  for (const [dataset, fault] of publisher.faults) onNotice(`The dataset ${dataset} is not published (${fault.code}): ${fault.message}`);
  store.assignments.sweep(now() - keepAnswersMs);

  const handlers: Handlers = {
    async 'pod:hint'() {
      if (hasGreeted) mailroom.pull();
      else void greet();
      return {};
    },
    async 'pod:frame'({ assignmentId, step, body }) {
      try {
        return { taken: (await active.get(assignmentId)?.frame(step, body)) ?? false };
      } catch (error) {
        log.failure('frame.refused', error, { assignmentId, step });
        return { taken: false };
      }
    },
    async 'pod:can-i'(asked) {
      const opened = await openAssignment(asked, recipient());
      const { verdict: admitted, reasons } = gate.judge(opened);
      const taskId = 'stranger' in opened ? null : opened.manifest.taskId;
      const judged = 'stranger' in opened || admitted.decision !== 'permit' ? { verdict: admitted, reasons } : await judgeDry(opened, admitted, shop);
      const { verdict } = judged;
      store.audit.append('policy.asked', taskId ?? 'unknown', { decision: verdict.decision, code: verdict.code, dataset: verdict.dataset });
      return { verdict: await signVerdict(verdict, { taskId, assignmentId: null }, keys.pair.signing, now(), judged.reasons) };
    },
  };

  const link: HubLink = openHubLink({
    // The hub is known by its pinned keys, not by where it lives: it may move.
    url: file.config.hub,
    handlers,
    token: () => makeAuthToken({ podId, hubName: pins.hub.name, key: keys.pair.signing, now: now() }),
    onConnect() {
      lastRefusal = '';
      void greet();
    },
    onDisconnect() {
      hasGreeted = false;
      log.note('hub.disconnected');
    },
    onRefused: sayOnce,
  });

  /** What the hub does not want is told once, however often it is tried. */
  function sayOnce(fault: Fault): void {
    if (fault.message === lastRefusal) return;
    lastRefusal = fault.message;
    log.failure('hub.refused', fault);
    onNotice(`${file.config.hub}: ${fault.message} ${fault.details.hint ?? 'The pod tries again.'}`);
  }

  /** Says who it is and what it works on, publishes, tells what is untold, and goes on with what was begun. */
  async function greet(): Promise<void> {
    if (isGreeting || stopping) return;
    isGreeting = true;
    clearTimeout(greetingAgain);
    try {
      const open = store.assignments.open();
      const { now: hubNow, lost } = await link.call('pod:hello', { version, inflight: open.map(({ id, epoch }) => ({ assignmentId: id, epoch: active.get(id)?.epoch ?? epoch })) });
      const skew = Math.round((now() - hubNow) / 1_000);
      if (Math.abs(skew) * 1_000 > skewMs) onNotice(`The clocks of pod and hub are ${Math.abs(skew)} s apart.`);
      await publish();
      hasGreeted = true;
      log.note('hub.connected', { skewSeconds: skew, lost: lost.length });
      onConnected?.();
      if (!isReady) {
        isReady = true;
        onReady?.();
        pool.warm();
      }
      void reporter.deliverAll();
      post.tell();
      // Begun before a restart, or lost while the hub was away.
      for (const { id } of open) if (!active.has(id) || lost.includes(id)) void takeUp(id).catch(keepForLater);
      for (const assignment of active.values()) assignment.announce();
      takeNoted();
      mailroom.pull();
    } catch (error) {
      if (isAway(error)) log.failure('hello.failed', error);
      else sayOnce(toFault(error));
      // A new connection greets by itself; on this one the hub may change its mind, as when the custodian confirms the pod.
      if (link.isConnected && !stopping) greetingAgain = setTimeout(() => void greet(), greetAgainMs);
    } finally {
      isGreeting = false;
    }
  }

  /** What was set by another version of the pod may not be understood here: queries of that dataset fail, the others go on. */
  function isReadable(name: string): boolean {
    try {
      return catalogue.policyOf(name) !== undefined;
    } catch (error) {
      log.failure('policy.unreadable', error, { dataset: name });
      return false;
    }
  }

  /** Policies of pod.yaml that name columns in vain protect nothing by them. */
  const warned = new Set<string>();
  function warnOfColumns(): void {
    for (const { name } of catalogue.datasets) {
      const served = publisher.find(name);
      if (!isReadable(name)) continue;
      const unknown = served ? unknownColumns(catalogue.policyOf(name).policy, served.schema.columns, served.dataset) : [];
      const warning = `The policy of ${name} names columns that are not there: ${unknown.join(', ')}.`;
      if (unknown.length === 0 || warned.has(warning)) continue;
      warned.add(warning);
      log.note('policy.unknown-columns', { dataset: name, columns: unknown });
      onNotice(warning);
    }
  }

  async function publish(): Promise<void> {
    const { state } = publisher;
    warnOfColumns();
    const { card, schemas } = await publisher.card();
    await link.call('pod:publish', { card, schemas });
    if (state !== lastPublished) store.audit.append('pod.published', podId, { datasets: schemas.map(({ dataset, version: at }) => ({ dataset, version: at })) });
    lastPublished = state;
  }

  /** Files change while the pod runs; what is judged by the new state is published in the new state. */
  async function publishChanges(): Promise<void> {
    await publisher.refresh();
    if (hasGreeted && publisher.state !== lastPublished) await publish();
  }

  async function handle(mail: Mail): Promise<void> {
    switch (mail.kind) {
      case 'assignment': {
        const { assignmentId } = mail.body;
        if (stopping) throw new Fault('interrupted');
        if (atWork() + taking.size >= mostActive) return store.assignments.note([assignmentId]);
        return takeUp(assignmentId);
      }
      case 'cancel': {
        const { assignmentId, code } = mail.body;
        const running = active.get(assignmentId);
        if (running) running.stop(isFaultCode(code) ? code : 'task.cancelled');
        else store.assignments.drop(assignmentId);
        return;
      }
      case 'revoke': {
        const { grantId } = mail.body;
        store.transaction(() => {
          store.revokedGrants.add(grantId);
          store.audit.append('grant.revoked', grantId);
        });
        for (const assignment of active.values()) if (assignment.grantId === grantId) assignment.stop('policy.grant-expired');
        return;
      }
      case 'review-decided':
        await post.decided(mail.body);
        return desk.wake();
      case 'removed':
        onNotice('This pod was removed from the hub.');
        for (const assignment of active.values()) assignment.stop('task.pod-lost');
        removal.resolve();
    }
  }

  /** Resolves when the assignment is on record, or is none of ours. */
  async function takeUp(assignmentId: string): Promise<void> {
    if (taking.has(assignmentId) || stopping) return;
    taking.add(assignmentId);
    try {
      const { claimed } = await link.call('pod:claim', { assignmentId });
      const running = active.get(assignmentId);
      // An answer about another assignment would run that one beside its own record.
      if (claimed && claimed.assignmentId !== assignmentId) throw new Fault('envelope.tampered', 'The hub has handed over another assignment than was asked for.', { at: assignmentId });
      if (!claimed) {
        running?.stop('lease.stale');
        if (!running) forget(assignmentId);
        return;
      }
      if (running) return await running.renew(claimed);
      if (store.assignments.find(assignmentId)?.state === 'ended') {
        // Answered before; the same answer again, under the new lease.
        store.assignments.claim(assignmentId, claimed.epoch);
        store.assignments.unreport(assignmentId);
        return await reporter.deliver(assignmentId);
      }
      const assignment = new Assignment(claimed, shop);
      active.set(assignmentId, assignment);
      void assignment.over.then(() => ended(assignment));
      await assignment.recorded;
    } finally {
      taking.delete(assignmentId);
    }
  }

  /** Nobody wants it any more. An answer that is still to be told is kept until the hub refuses it. */
  function forget(assignmentId: string): void {
    const row = store.assignments.find(assignmentId);
    if (row && row.state !== 'ended') store.assignments.drop(assignmentId);
  }

  async function ended(assignment: Assignment): Promise<void> {
    if (active.get(assignment.id) === assignment) active.delete(assignment.id);
    await reporter.deliver(assignment.id);
    takeNoted();
    await publishChanges().catch((error: unknown) => log.failure('publish.failed', error));
  }

  function takeNoted(): void {
    if (!hasGreeted) return;
    for (const id of store.assignments.noted()) {
      if (atWork() + taking.size >= mostActive) return;
      void takeUp(id).catch(keepForLater);
    }
  }

  /** What waits for its custodian takes nobody's place. */
  const atWork = (): number => [...active.values()].filter(({ waits }) => !waits).length;

  function keepForLater(error: unknown): void {
    log.failure('claim.failed', error);
  }

  async function heartbeat(): Promise<void> {
    if (hasGreeted) onConnected?.();
    const leases = [...active.values()].map(({ id, epoch }) => ({ assignmentId: id, epoch }));
    if (leases.length === 0 || !hasGreeted) return;
    try {
      const { lost } = await link.call('pod:heartbeat', { leases });
      for (const id of lost) if (active.has(id)) await takeUp(id);
      for (const assignment of active.values()) assignment.announce();
    } catch (error) {
      if (!isAway(error)) log.failure('heartbeat.failed', error);
    }
  }

  async function tick(): Promise<void> {
    try {
      store.assignments.sweep(now() - keepAnswersMs);
      void keeper.look();
      store.queryCounts.sweep();
      store.frames.sweep();
      store.answered.sweep(now() - keepQueriesMs);
      store.reviews.sweep(now() - keepQueriesMs);
      await publishChanges();
      if (!hasGreeted) return;
      void reporter.deliverAll();
      post.tell();
      takeNoted();
      mailroom.pull();
    } catch (error) {
      log.failure('tick.failed', error);
    }
  }

  /** What a device began as the custodian's ends with its pin. */
  function disownRemoved(): void {
    for (const assignment of active.values()) if (assignment.custodianDevice !== null && !known.pinned.custodian.has(assignment.custodianDevice)) assignment.disown();
  }

  /** The custodian has one device more or less: what waits is sealed to those that count now. */
  async function lookAtPins(): Promise<void> {
    const isOther = await known.look();
    if (stopping) return;
    // Each time: what was opened under older pins may have begun since.
    disownRemoved();
    if (!isOther) return;
    store.reviews.retell();
    if (hasGreeted) post.tell();
  }

  /** A command of the custodian has written: a policy, a dataset, a decision. */
  let seenChanges = store.foreignChanges();
  function look(): void {
    void lookAtPins().catch((error: unknown) => log.failure('look.failed', error));
    try {
      const changes = store.foreignChanges();
      if (changes === seenChanges) return;
      seenChanges = changes;
      catalogue.reload();
      if (hasGreeted) post.tell();
      desk.wake();
      void publishChanges().then(() => desk.wake(), (error: unknown) => log.failure('publish.failed', error));
    } catch (error) {
      log.failure('look.failed', error);
    }
  }
  const looks = setInterval(look, lookMs);
  const beats = setInterval(() => void heartbeat(), limits.heartbeatMs);
  const ticks = setInterval(() => void tick(), pullMs);

  return {
    removed: removal.promise,
    get active() {
      return [...active.keys()];
    },
    policyHash: (dataset) => catalogue.policyOf(dataset).hash,
    async stop(graceMs = 2_000) {
      stopping = true;
      clearInterval(ticks);
      clearInterval(looks);
      const copies = keeper.stop();
      clearTimeout(greetingAgain);
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, graceMs);
      await Promise.race([Promise.all([...active.values()].filter((assignment) => assignment.isBusy).map(({ over }) => over)), patience.promise]);
      clearTimeout(timer);
      clearInterval(beats);
      for (const assignment of active.values()) assignment.pause();
      mailroom.stop();
      link.close();
      await Promise.all([pool.stop(), copies]);
    },
  };
}
