import { LazyPlan, type PlanColumn } from '@podnet/plan';
import { loadSqlParser, planOfSql } from '@podnet/plan/sql';

/** The table name of the frame in its own SQL, as in Polars. */
const self = 'self';

/** The plan of a SELECT over a frame, which goes by each of the names. **Throws** as `planOfSql`. */
export async function sqlPlan(text: string, columns: readonly PlanColumn[], frame: LazyPlan, names: readonly string[] = [self]): Promise<LazyPlan> {
  const { version: _version, ...node } = planOfSql(text, await loadSqlParser(), new Map(names.map((name) => [name, { kind: 'own', columns }])));
  return new LazyPlan(withFrame(node, frame.node, names) as LazyPlan['node']);
}

function withFrame(value: unknown, frame: LazyPlan['node'], names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withFrame(item, frame, names));
  if (typeof value !== 'object' || value === null) return value;
  const { node, source } = value as { node?: unknown; source?: unknown };
  if (node === 'scan' && names.includes(source as string)) return frame;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withFrame(inner, frame, names)]));
}
