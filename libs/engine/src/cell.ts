import type { Expression, Polars } from './polars.ts';
import type { SourceColumn, Storage } from './source-column.ts';

/** Texts that stand for a missing value, after trimming; so do an empty cell and a Parquet null. */
export const missingMarks = ['', 'NA', '?', 'NaN', 'nan', 'null'] as const;

/** Texts that are read as truth values, in any case. */
export const truthTexts = { true: ['true', 'yes', '1', '1.0'], false: ['false', 'no', '0', '0.0'] } as const;

/** What inference takes for a truth value; `1` and `yes` stay what they are unless the custodian says otherwise. */
export const plainTruth = ['true', 'false'];

/** A day, or a day and a time, as ISO 8601 writes them. */
export const isoDate = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A day with a time. */
export const isoTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Readings of cells; a cell that does not fit a reading is missing. Each is made when it is asked for: the native library takes its time. */
export interface Cells {
  /** Trimmed text; null is missing. */
  text: Expression;
  /** Finite numbers; null is missing. */
  number: Expression;
  /** Numbers before the check for finite ones: tells `inf` from a word. */
  numeral: Expression;
  /** 1 or 0; null is missing. */
  truth: Expression;
}

/** How to read a column, given how the file holds it. */
export const cellsOf = (pl: Polars, { key, storage, isPlain }: SourceColumn): Cells => readings(pl, pl.col(key), storage, isPlain);

/** The same for several columns that the file holds alike: one expression that stands for each of them, under its own key. */
export const cellsOfAlike = (pl: Polars, keys: readonly string[], storage: Storage): Omit<Cells, 'truth'> => readings(pl, pl.cols([...keys]), storage);

const missing = `^(?:${missingMarks.map((mark) => mark.replace('?', String.raw`\?`)).join('|')})$`;

/** The texts of several columns that the file holds alike, as `cellsOf` reads them, in a form that the native library reads part by part: a look into a list has it hold all of a column. */
export function streamableTexts(pl: Polars, keys: readonly string[], storage: Storage): Expression {
  const raw = pl.cols([...keys]);
  const trimmed = storage === 'text' ? raw.cast(pl.Utf8).str.strip() : raw.cast(pl.Utf8, false);
  return pl.when(trimmed.str.contains(missing).not()).then(trimmed).otherwise(pl.lit(null));
}

function readings(pl: Polars, raw: Expression, storage: Storage, isPlain = false): Cells {
  const text = once(() => {
    if (isPlain) return raw.cast(pl.Utf8);
    const trimmed = storage === 'text' ? raw.cast(pl.Utf8).str.strip() : raw.cast(pl.Utf8, false);
    // What comes first gives its name to the outcome, so it must not be a literal.
    return pl.when(trimmed.isIn([...missingMarks]).not()).then(trimmed).otherwise(pl.lit(null));
  });
  const numeral = once(() => (storage === 'text' ? text().cast(pl.Float64, false) : raw.cast(pl.Float64, false)));
  const number = once(() => pl.when(numeral().isFinite()).then(numeral()).otherwise(pl.lit(null)));
  const truth = once(() => {
    const lower = text().str.toLowerCase();
    return pl
      .when(lower.isIn([...truthTexts.true]))
      .then(pl.lit(1))
      .when(lower.isIn([...truthTexts.false]))
      .then(pl.lit(0))
      .otherwise(pl.lit(null));
  });
  return {
    get text() {
      return text();
    },
    get number() {
      return number();
    },
    get numeral() {
      return numeral();
    },
    get truth() {
      return truth();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
