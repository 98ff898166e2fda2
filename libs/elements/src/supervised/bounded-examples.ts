import { Fault } from '@podnet/errors';
import { boundedTable, encodeExamples, encodesBounded, splitEachRow, usableRows, type Examples, type FeatureStatistics, type Split, type SplitPart, type Table } from '@podnet/learning';
import type { DataContext } from '../pod-part.ts';
import type { Declarations } from './declared.ts';
import type { Layout } from './layout.ts';
import type { SupervisedParams } from './task-params.ts';

/**
 * One pod's rows as private training and evaluation read them: each by itself, within what is declared. How many there are, and what is in them,
 * decides nothing that can be seen: no limit of rows, and no fault about a value.
 */
export class BoundedExamples {
  private cached: { table: Table; split: Split } | null = null;

  /** **Throws** `usage.unsupported` for data of which a row is not the privacy unit, or whose split is not each row's own. */
  constructor(
    private readonly data: DataContext,
    private readonly layout: Layout,
    private readonly declared: Declarations,
    private readonly options: Pick<SupervisedParams, 'missing' | 'standardise'>,
  ) {
    if (data.privacyUnit) throw new Fault('usage.unsupported', 'The rows of this dataset are about units that can have several, and private training protects single rows.', { at: 'privacy' });
    if (data.shares === undefined) throw new Fault('usage.unsupported', 'This pod does not say how its dataset is split, and private training needs a split in which no row moves another.', { at: 'privacy' });
  }

  /** **Throws** `usage.invalid` for statistics by which bounds are no usual numbers: decided by what is declared. */
  encoded(part: SplitPart, statistics: FeatureStatistics): Examples {
    const { features, target } = this.layout;
    if (this.options.standardise && !encodesBounded(features, statistics, (name) => this.declared.boundsOf(name))) {
      throw new Fault('usage.invalid', 'The declared bounds cannot be standardised by these statistics.', { at: 'algorithm.trained.statistics' });
    }
    const { table, split } = this.read();
    return encodeExamples(table, usableRows(table, split[part], features, target, this.options.missing), features, statistics, target, this.options);
  }

  private read(): { table: Table; split: Split } {
    if (this.cached) return this.cached;
    const names = [...this.layout.features.features.map(({ name }) => name), this.layout.target.name];
    const table = boundedTable(this.data.table(names), (name) => this.declared.of(name));
    const { shares, split } = this.data;
    return (this.cached = { table, split: shares ? splitEachRow(table, shares) : split });
  }
}
