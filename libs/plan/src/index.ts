export { castTypes, commonType, isList, itemType, scalarTypes, type CastType, type ColumnType, type ScalarType } from './column-type.ts';
export type { DatasetColumn, DatasetSource, OwnSource, PlanColumn, Schema } from './source.ts';
export type { DerivedSource, Level, Source, Sources, TypedExpression, TypedNode, TypedPlan } from './typed.ts';
export { planLimits } from './limits.ts';
export { instantOf } from './instant.ts';
export { expressionKinds } from './expressions/registry.ts';
export { nodeKinds } from './nodes/registry.ts';
export { isGlobal } from './nodes/select.ts';
export { rightNames } from './nodes/join-keys.ts';
export { describeCells, type Statistic } from './nodes/describe.ts';
export { parsePlan } from './parse.ts';
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
