export { castTypes, scalarTypes, type CastType, type ColumnType, type ScalarType } from './column-type.ts';
export type { DatasetColumn, DatasetSource, OwnSource, PlanColumn, Schema } from './source.ts';
export type { DerivedSource, Level, Source, Sources, TypedExpression, TypedNode, TypedPlan } from './typed.ts';
export { planLimits } from './limits.ts';
export { parsePlan } from './parse.ts';
export { renameScans, scansOf } from './scans.ts';
export { cellOfValue, valueOfCell } from './cell.ts';
export { poolPlan, type Pooling } from './pooling/pool-plan.ts';
export type { PodTable, PooledTable } from './pooling/pooled-table.ts';
export { runRest, type BroughtTables } from './pooling/run-rest.ts';
export { analysePlan } from './analyse.ts';
export { lineageOf, type ColumnLineage } from './lineage.ts';
export { nullings, type Nulling } from './sanitise.ts';
export { rules, type RuleId } from './flow/rules.ts';
export type {
  Analysis, Carrier, CarrierDemand, CarrierKind, Checkpoint, Demand, Feature, Mark, MarkCondition, OutputClass, OutputColumn, Refusal, SourceColumn,
} from './obligations.ts';
export type { MeasuredCheckpoint, MeasuredDemand, Measurement, NearMiss, ReleasedUnits, UnitCount } from './measurement.ts';
export { Expr, type Constant, type Operand } from './builder/expr.ts';
export { col, concatString, len, lit, Then, when } from './builder/functions.ts';
export { concat, LazyPlan, scan, type JoinOptions } from './builder/lazy-plan.ts';
export { removeUnit, runReference, type CheckedRows, type ReferenceRun, type SmallTable, type SmallTables } from './reference/run.ts';
export { distance, judgeRun, type CountingRules, type Failure, type Judgement, type ReleasedSet } from './reference/judge.ts';
export { canonicalQuery, type CanonicalQuery, type Digest } from './canonical.ts';
export { printExpression } from './print/expression.ts';
export { printNode, printTree } from './print/tree.ts';
export { printSentence } from './print/sentence.ts';
