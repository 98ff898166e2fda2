import { createHash } from 'node:crypto';
import type { Answer, Cell, ElementAsk, FrameShelf, KeepAsk, KeptFrame, OwnTable, QueryAsk } from '@podnet/elements';
import type { Engine, QueryOutcome, QueryTable } from '@podnet/engine';
import { Fault } from '@podnet/errors';
import { analysePlan, canonicalQuery, nullings, parsePlan, printSentence, printTree, type Analysis, type Measurement, type Sources, type TypedPlan } from '@podnet/plan';
import { judgeQuery, queryNeeds, sanitised, type DatasetPolicy, type QueryFacts, type QueryJudgement } from '@podnet/policy';
import type { FramesDone, KeptPlan, QueryRecord, QuerySource } from '../query/query-record.ts';
import { unitsBehind } from '../query/units-behind.ts';
import { frameShelf } from './frame-shelf.ts';
import type { QueryContext } from './query-context.ts';
import { findSources, toKeep, type FoundSources } from './query-sources.ts';

/** The one query of an assignment: what a pod part calls, and what its agent is told of it. */
export interface AskedQuery {
  ask(ask: QueryAsk): Answer;
  /** What a plan may scan, by names that can be listed. */
  readonly sources: Sources;
  /** Keeps a plan in the place of answering it. */
  keep(ask: KeepAsk): KeptFrame;
  readonly kept: KeptPlan | undefined;
  /** The asker's frames, in the place of a query. */
  readonly frames: FrameShelf;
  readonly framesDone: FramesDone | undefined;
  /** Undefined until it was judged. */
  readonly record: QueryRecord | undefined;
  /** Its question has an answer already: what the agent judges anew. */
  readonly known: Analysis | undefined;
  /** It was only to be judged, and was: as far as that goes before anything is counted. */
  readonly isDry: boolean;
}

/** Ends a session that need not go on: its question has an answer, or was only to be judged. Never seen by a modeller. */
const enough = new Fault('conflict.state', 'Nothing more has to be computed.');

/**
 * Plan → analysis → what has to be counted → counts → judgement. Nothing that is denied is handed on, nor is anything else told of it than the sentences
 * of its judgement.
 */
export function makeQuery(context: QueryContext, algorithm: Pick<ElementAsk, 'name' | 'version'>, engine: Engine, baseDir: string, { dry = false }: { dry?: boolean } = {}): AskedQuery {
  let record: QueryRecord | undefined;
  let known: Analysis | undefined;
  let kept: KeptPlan | undefined;
  let framesDone: FramesDone | undefined;
  let isAsked = false;

  function once(): void {
    // What was released is compared with by the next query, so two at once would not know of each other.
    if (isAsked) throw new Fault('usage.unsupported', 'A task asks one query of a pod.');
    isAsked = true;
  }

  function read({ plan: json, tables: brought }: QueryAsk): Query {
    once();
    const found = findSources(context, brought);
    // As it was written: its mistakes have their places there.
    parsePlan(json, found.sources);
    const lasting = toKeep(found.inlined(json), Object.fromEntries(found.own));
    const plan = parsePlan(lasting.plan, found.lasting(lasting.tables));
    return new Query(context, algorithm, plan, analysePlan(plan), found, lasting);
  }

  function ask(asked: QueryAsk): Answer {
    const query = read(asked);
    const first = (record = query.record(query.judge(null), null, null));
    if (dry) throw enough;
    if (context.known.includes(first.question)) {
      known = query.analysis;
      throw enough;
    }
    // What no count can mend is not computed.
    if (first.judgement.decision === 'deny') throw refusal();
    const outcome = query.run(engine, baseDir);
    const judgement = query.judge(outcome.measurement);
    // Only who may have the answer is told how large it is.
    if (judgement.decision !== 'deny' && outcome.tooLarge) throw new Fault('usage.too-large', 'The answer has more rows or bytes than may leave a pod at once.', { hint: 'Ask for less of it, or for aggregates.' });
    const answer = judgement.decision === 'deny' ? null : query.answer(outcome, judgement);
    record = query.record(judgement, outcome.measurement, answer);
    if (!answer) throw refusal();
    return answer;
  }

  /** Nothing is released and nothing is judged: whoever fetches from it is, by all policies under it. */
  function keep({ name, hours, ...asked }: KeepAsk): KeptFrame {
    if (context.datasets.some(({ config }) => config.name === name)) throw new Fault('conflict.exists', 'This is the name of a dataset.', { at: 'algorithm.keep.name' });
    const query = read(asked);
    kept = query.toKeep(name, hours);
    return { name, columns: query.columns };
  }

  return {
    ask,
    keep,
    sources: findSources(context, {}).sources,
    frames: frameShelf(context, (done) => {
      once();
      framesDone = done;
    }),
    get framesDone() {
      return framesDone;
    },
    get kept() {
      return kept;
    },
    get record() {
      return record;
    },
    get known() {
      return known;
    },
    get isDry() {
      return dry && record !== undefined;
    },
  };
}

const refusal = (): Fault => new Fault('policy.denied', 'The policies of the datasets do not let this answer leave.');

class Query {
  private readonly context: QueryContext;
  private readonly algorithm: Pick<ElementAsk, 'name' | 'version'>;
  private readonly plan: TypedPlan;
  readonly analysis: Analysis;
  private readonly found: FoundSources;
  /**
   * As it is run, judged and remembered: stored frames in their places, own tables named by their content. A name alone would mean other rows the next
   * time, and a set of units is made again only from a plan that is analysed as it was.
   */
  private readonly lasting: { readonly plan: unknown; readonly tables: Readonly<Record<string, unknown>> };
  private readonly policies: ReadonlyMap<string, DatasetPolicy>;
  private readonly sources: readonly QuerySource[];
  private readonly nulled: ReadonlySet<string>;

  constructor(context: QueryContext, algorithm: Pick<ElementAsk, 'name' | 'version'>, plan: TypedPlan, analysis: Analysis, found: FoundSources, lasting: Query['lasting']) {
    this.context = context;
    this.algorithm = algorithm;
    this.plan = plan;
    this.analysis = analysis;
    this.found = found;
    this.lasting = lasting;
    const used = context.datasets.filter(({ config }) => analysis.datasets.includes(config.name));
    this.policies = new Map(used.map(({ config, policy }) => [config.name, policy]));
    this.sources = used.map(({ config, version, policyHash }) => ({ dataset: config.name, version, policyHash }));
    this.nulled = new Set(nullings(analysis, sanitised(this.policies)).map(({ column }) => column));
  }

  get columns(): KeptFrame['columns'] {
    return this.plan.root.schema.map(({ name, type }) => ({ name, type }));
  }

  toKeep(name: string, hours: number): KeptPlan {
    return {
      name, hours, ...this.lasting,
      versions: Object.fromEntries(this.sources.map(({ dataset, version }) => [dataset, version])),
      savable: [...this.policies.values()].every(({ savable }) => savable),
      sentence: printSentence(this.plan),
    };
  }

  judge(measurement: Measurement | null): QueryJudgement {
    const { now, asker, answered, appeals } = this.context;
    const facts: QueryFacts = { now, asker, policies: this.policies, answered, analysis: this.analysis, measurement };
    const judgement = judgeQuery(facts);
    if (!appeals || judgement.decision !== 'deny') return judgement;
    // A limit per day is no matter for the custodian's eye: whoever reaches it would flood them.
    const isOverLimit = judgement.checks.some(({ id, dataset, passed }) => !passed && id === `dataset.${dataset}.queries`);
    return isOverLimit ? judgement : { ...judgement, decision: 'review', code: 'policy.review' };
  }

  run(engine: Engine, baseDir: string): QueryOutcome {
    const { now, asker, answered, released, key, mostRows, mostBytes } = this.context;
    const { plan, analysis, nulled, lasting, found } = this;
    const named = Object.entries(lasting.tables).map(([name, table]): [string, QueryTable] => [name, { kind: 'own', ...(table as OwnTable) }]);
    const needs = queryNeeds({ now, asker, answered, policies: this.policies, analysis });
    return engine.query({ plan, planJson: lasting.plan, analysis, baseDir, tables: new Map([...[...found.tables].filter(([, { kind }]) => kind === 'dataset'), ...named]), ...needs, released: released.filter(({ dataset }) => needs.difference.has(dataset)), isRefused: (counted) => this.judge(counted).decision === 'deny', nulled, key, mostRows, mostBytes });
  }

  answer({ columns, rows, measurement }: QueryOutcome, { decision, warnings }: QueryJudgement): Answer {
    return {
      rows,
      columns: this.plan.root.schema.map(({ name, type }, at) => ({ name, type, nulled: this.nulled.has(name), values: columns[at]!.values as readonly Cell[] })),
      suppressed: measurement.droppedGroups > 0,
      // Of an answer that waits nobody has released anything yet.
      warnings: decision === 'permit' ? warnings : [],
    };
  }

  record(judgement: QueryJudgement, measurement: Measurement | null, answer: Answer | null): QueryRecord {
    const { analysis, plan } = this;
    const used = new Map([...analysis.output.flatMap(({ value, predicate }) => [...value, ...predicate]), ...analysis.rows].map((column) => [JSON.stringify([column.dataset, column.column]), column]));
    return {
      question: this.question(),
      plan: JSON.stringify(this.lasting.plan),
      tables: this.lasting.tables,
      sentence: printSentence(plan),
      tree: printTree(plan),
      sources: this.sources,
      used: [...used.values()],
      revealed: analysis.output.map(({ name, class: what, value }) => ({ name, class: what, from: value, nulled: this.nulled.has(name) })),
      judgement,
      measurement,
      units: measurement ? unitsBehind(analysis, measurement) : [],
      answer,
    };
  }

  /** Everything that the answer and the judgement depend on, but time and what else was answered. */
  private question(): string {
    const { asker } = this.context;
    const { digest, names } = canonicalQuery(this.plan, digestOf);
    return digestOf(JSON.stringify(['question', 1, this.algorithm.name, this.algorithm.version, digest, names, this.lasting.tables, this.sources, asker.userId, asker.role, asker.isCustodian]));
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
