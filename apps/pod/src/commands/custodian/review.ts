import { line, validate, type ShownReview } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { placesText, saidOnce } from '@podnet/policy';
import { decideReview } from '../../query/decide-review.ts';
import type { Review, ReviewState } from '../../store/reviews.ts';
import type { Terminal } from '../terminal.ts';
import { tableOf } from './audit.ts';
import { beside } from './beside.ts';
import { instantOf, written } from './when.ts';

interface Common {
  config: string;
  json: boolean;
  terminal: Terminal;
}

const states: readonly ReviewState[] = ['waiting', 'approved', 'denied', 'expired', 'outdated'];

/** Queries that wait, or all of them. */
export function reviewList({ config, state, json, terminal }: Common & { state?: string }): Promise<void> {
  if (state !== undefined && state !== 'all' && !states.includes(state as ReviewState)) throw new Fault('usage.invalid', 'There is no such state.', { at: '--state', hint: `One of ${states.join(', ')}, all.` });
  return beside(config, ({ store }) => {
    const found = store.reviews.list(state === 'all' ? undefined : ((state ?? 'waiting') as ReviewState));
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { reviews: found.map(summaryOf) } }));
    if (found.length === 0) return terminal.say(state === undefined || state === 'waiting' ? 'Nothing waits for you.' : 'There are none.');
    terminal.out(tableOf([['review', 'state', 'until', 'who', 'datasets', 'smallest', 'what'], ...found.map((review) => rowOf(summaryOf(review)))]));
  });
}

/** Everything that an approval is bound to. */
export function reviewShow({ config, id, json, terminal }: Common & { id: string }): Promise<void> {
  return beside(config, ({ store }) => {
    const review = known(store.reviews.find(id), id);
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { ...summaryOf(review), shown: review.shown } }));
    terminal.out(textOf(review));
  });
}

export interface DecideCommand extends Common {
  id: string;
  approve: boolean;
  note?: string;
  /** For so many runs in all; one when nothing is said. */
  runs?: string;
  /** Any number of runs until then. */
  until?: string;
  /** The hash that was shown; refused when something else waits by now. */
  hash?: string;
}

export function reviewDecide({ config, id, approve, note, runs, until, hash, json, terminal }: DecideCommand): Promise<void> {
  const said = note === undefined ? null : validate(line(1_000), note, { place: () => '--note' });
  const scope = scopeOf(runs, until);
  return beside(config, ({ store, pins, by }) => {
    const review = known(store.reviews.find(id), id);
    const decided = decideReview(store, pins.custodian.id, id, { hash: hash ?? review.hash, approve, by, note: said, scope });
    if (json) return terminal.out(JSON.stringify({ ok: true, data: summaryOf(decided) }));
    terminal.out(approve ? `Approved ${id}${scope.runsLeft === 0 ? ', once' : scope.runsLeft === null ? ` until ${written(scope.goodUntil!)}` : `, for ${scope.runsLeft + 1} runs`}. The answer that was shown leaves now.` : `Denied ${id}. Nothing leaves.`);
  });
}

/** Prints what waits, and what comes, until it is stopped. */
export async function reviewWatch({ config, json, terminal, signal }: Common & { signal: AbortSignal }): Promise<void> {
  const told = new Set<string>();
  await beside(config, async ({ store }) => {
    for (let seen = -1; !signal.aborted; ) {
      const changes = store.foreignChanges();
      if (changes !== seen) {
        seen = changes;
        for (const review of store.reviews.list('waiting')) {
          if (told.has(review.id)) continue;
          told.add(review.id);
          if (json) terminal.out(JSON.stringify({ ok: true, data: summaryOf(review) }));
          else terminal.out(rowOf(summaryOf(review)).join('  '));
        }
      }
      await pause(500, signal);
    }
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

function scopeOf(runs: string | undefined, until: string | undefined): Review['scope'] {
  if (runs !== undefined && until !== undefined) throw new Fault('usage.invalid', 'An approval is for a number of runs or until a date.', { at: '--until' });
  if (until !== undefined) {
    const goodUntil = instantOf(until, '--until');
    if (goodUntil <= Date.now()) throw new Fault('usage.invalid', 'This time has passed.', { at: '--until' });
    return { runsLeft: null, goodUntil };
  }
  if (runs !== undefined && !/^[1-9]\d{0,5}$/.test(runs)) throw new Fault('usage.invalid', 'This is not a number of runs.', { at: '--runs' });
  return { runsLeft: Number(runs ?? 1) - 1, goodUntil: null };
}

function known(review: Review | undefined, id: string): Review {
  if (!review) throw new Fault('access.not-found', 'There is no such review.', { at: id, hint: 'See what waits with: podnet review list' });
  return review;
}

function summaryOf({ id, state, hash, madeAt, deadlineAt, decidedAt, decidedBy, note, scope, shown: raw }: Review) {
  const shown = raw as ShownReview;
  return {
    id, state, hash, madeAt: written(madeAt), deadlineAt: written(deadlineAt), decidedAt: decidedAt === null ? null : written(decidedAt), decidedBy, note, scope,
    requester: shown.requester, datasets: shown.sources.map(({ dataset }) => dataset), sentence: shown.sentence, rows: shown.rows, units: shown.units,
  };
}

const smallestOf = (units: ShownReview['units']): string => {
  const counts = units.flatMap(({ smallest }) => (smallest ? [smallest.units] : []));
  return counts.length === 0 ? '–' : String(Math.min(...counts));
};

const rowOf = (summary: ReturnType<typeof summaryOf>): string[] => [summary.id, summary.state, summary.deadlineAt, summary.requester.email, summary.datasets.join(', '), smallestOf(summary.units), summary.sentence.slice(0, 200)];

function textOf(review: Review): string {
  const shown = review.shown as ShownReview;
  const columns = (list: readonly { dataset: string; column: string }[]): string => list.map(({ dataset, column }) => `${dataset}.${column}`).join(', ') || 'none';
  const count = (units: { units: number; atLeast: boolean } | null): string => (units ? `${units.atLeast ? 'at least ' : ''}${units.units}` : 'none');
  return [
    `${review.id}  ${review.state}${review.decidedBy ? ` by ${review.decidedBy}` : ''}${review.note ? `: ${review.note}` : ''}`,
    `Who        ${shown.requester.email} (${shown.requester.role}), device ${shown.requester.fingerprint}`,
    `Until      ${written(review.deadlineAt)}`,
    `Asks       ${shown.sentence}`,
    ...shown.tree.split('\n').map((row) => `             ${row}`),
    `Uses       ${columns(shown.used)}`,
    ...shown.revealed.map(({ name, class: what, from, nulled }) => `Reveals    ${name}: ${nulled ? 'nulled, ' : ''}${what}${from.length > 0 ? ` of ${columns(from)}` : ''}`),
    ...shown.units.map(({ dataset, smallest, total }) => `Units      ${dataset}: ${count(smallest)} behind the smallest row, ${count(total)} in all`),
    ...saidOnce(shown.failed, ({ dataset }) => dataset).map(({ one: { dataset, says }, places }) => `Why        ${dataset}: ${says}${placesText(places)}`),
    `Answer     ${shown.rows} rows${shown.rows > (shown.preview.columns[0]?.values.length ?? 0) ? `, the first ${shown.preview.columns[0]?.values.length ?? 0} of them` : ''}`,
    ...previewOf(shown.preview.columns).split('\n').map((row) => `             ${row}`),
    `Bound to   ${review.hash}`,
  ].join('\n');
}

function previewOf(columns: ShownReview['preview']['columns']): string {
  const rows = columns[0]?.values.length ?? 0;
  const cell = (value: unknown): string => (value === null ? 'null' : typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').slice(0, 40);
  return tableOf([columns.map(({ name }) => name), ...Array.from({ length: rows }, (_, at) => columns.map(({ values }) => cell(values[at])))]);
}
