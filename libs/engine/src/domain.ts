import { limits } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { canonicalValue } from '@podnet/learning';
import { cellsOf, streamableTexts } from './cell.ts';
import { columnsAtOnce } from './inference.ts';
import { streamed, translated, type Frame, type Polars } from './polars.ts';
import type { SourceColumn } from './source-column.ts';

/** A text as the file spells it, with how many rows carry it. Never leaves this room. */
export interface Spelling {
  text: string;
  rows: number;
}

/** Distinct texts of several columns by their keys, many in one look at the files, of which only these texts are kept. */
export function spellingsOfAll(pl: Polars, frame: Frame, columns: readonly SourceColumn[]): Map<string, Spelling[]> {
  const found = new Map<string, Spelling[]>(columns.map(({ key }) => [key, []]));
  for (let from = 0; from < columns.length; from += columnsAtOnce) {
    const alike = Map.groupBy(columns.slice(from, from + columnsAtOnce), ({ storage }) => storage);
    const keys = [...alike.values()].flat().map(({ key }) => key);
    const texts = [...alike].map(([storage, held]) => streamableTexts(pl, held.map(({ key }) => key), storage));
    const counted = translated(
      () => streamed(frame.select(texts).unpivot([], keys).filter(pl.col('value').isNotNull()).groupBy(['variable', 'value']).agg(pl.len().alias('rows'))).toRecords(),
      'data.unreadable',
      'The rows of the file cannot be read.',
    );
    for (const { variable, value, rows } of counted) found.get(String(variable))!.push({ text: String(value), rows: Number(rows) });
  }
  return found;
}

/** The same of one column. */
export function spellingsOf(pl: Polars, frame: Frame, column: SourceColumn): Spelling[] {
  const counted = translated(
    () =>
      frame
        .select(cellsOf(pl, column).text.alias('text'))
        .filter(pl.col('text').isNotNull())
        .groupBy('text')
        .agg(pl.len().alias('rows'))
        .collectSync()
        .toRecords(),
    'data.unreadable',
    'The rows of the file cannot be read.',
  );
  return counted.map(({ text, rows }) => ({ text: String(text), rows: Number(rows) }));
}

/**
 * Values of a category that the data shows: each carried by ten rows or more once `1.0` and `1` are the same; numbers first, by size,
 * then texts by their code units, so that pods with the same values publish the same list.
 * **Throws** `config.invalid` for more values than a domain may have.
 */
export function observedDomain(spellings: readonly Spelling[], name: string): string[] {
  const rowsOf = new Map<string, number>();
  for (const { text, rows } of spellings) {
    const value = canonicalValue(text);
    rowsOf.set(value, (rowsOf.get(value) ?? 0) + rows);
  }
  const values = [...rowsOf].flatMap(([value, rows]) => (rows >= limits.observedDomainRows && isPublishable(value) ? [value] : []));
  if (values.length > limits.domainValues) {
    throw new Fault('config.invalid', `The column ${name} has more than ${limits.domainValues} values.`, { at: name, hint: 'Declare its domain, or give it the type text.' });
  }
  return values.sort(byNumberThenText);
}

/** One visible line of at most 200 characters; anything else could not be published, and is treated as missing. */
const isPublishable = (value: string): boolean => value.length > 0 && value.length <= 200 && !/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(value);

function byNumberThenText(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  const [isX, isY] = [!Number.isNaN(x), !Number.isNaN(y)];
  if (isX && isY && x !== y) return x - y;
  if (isX !== isY) return isX ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The values of `pod.yaml` in canonical spelling. **Throws** `config.invalid` for a value given twice. */
export function declaredDomain(values: readonly (string | number | boolean)[], name: string): string[] {
  const domain = values.map(canonicalValue);
  if (new Set(domain).size < domain.length) throw new Fault('config.invalid', `The domain of the column ${name} has a value twice.`, { at: name, hint: '1 and 1.0 are the same value.' });
  if (domain.some((value) => !isPublishable(value))) throw new Fault('config.invalid', `The domain of the column ${name} has an empty, too long or unprintable value.`, { at: name });
  return domain;
}
