import { encodeExamples, featureStatistics, usableRows, type Examples, type FeatureStatistics, type SplitPart, type Table } from '@podnet/learning';
import type { DataContext } from '../pod-part.ts';
import { requireRows } from '../row-limit.ts';
import type { Layout } from './layout.ts';
import type { SupervisedParams } from './task-params.ts';

/** One pod's rows as a model reads them. The table is read when the first question needs it. */
export class PodExamples {
  private cached: Table | null = null;

  constructor(
    private readonly data: DataContext,
    readonly layout: Layout,
    private readonly options: Pick<SupervisedParams, 'missing' | 'standardise'>,
  ) {}

  /** **Throws** `policy.too-few-rows`, and as `featureStatistics`. */
  statistics(part: SplitPart): FeatureStatistics {
    return featureStatistics(this.table(), this.usable(part), this.layout.features);
  }

  /** **Throws** `policy.too-few-rows`, and as `encodeExamples`. */
  encoded(part: SplitPart, pooled: FeatureStatistics): Examples {
    return encodeExamples(this.table(), this.usable(part), this.layout.features, pooled, this.layout.target, this.options);
  }

  private usable(part: SplitPart): Int32Array {
    const rows = usableRows(this.table(), this.data.split[part], this.layout.features, this.layout.target, this.options.missing);
    requireRows(rows.length, this.data.minRows, `The ${part} part`);
    return rows;
  }

  private table(): Table {
    this.cached ??= this.data.table([...this.layout.features.features.map(({ name }) => name), this.layout.target.name]);
    return this.cached;
  }
}
