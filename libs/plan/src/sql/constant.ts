import { isNumeric, isTemporal, type ColumnType } from '../column-type.ts';
import { instantOf } from '../instant.ts';
import { compare, isBareText, literal, type Term } from './term.ts';
import { refusal, unsupported, type Fields } from './tree.ts';

/** A constant of the parse tree. **Throws** `usage.unsupported` for bit strings and numbers that are no doubles or too large for integers. */
export function constant(at: string, fields: Fields): Term {
  if (fields['isnull'] === true) return literal(at, null);
  const of = (key: string): Fields | undefined => fields[key] as Fields | undefined;
  if (of('ival') !== undefined) return literal(at, Number(of('ival')!['ival'] ?? 0));
  if (of('boolval') !== undefined) return literal(at, of('boolval')!['boolval'] === true);
  if (of('sval') !== undefined) return literal(at, String(of('sval')!['sval'] ?? ''));
  if (of('fval') !== undefined) return number(at, String(of('fval')!['fval']));
  throw unsupported(at, 'Bit strings are not supported.');
}

function number(at: string, written: string): Term {
  const value = Number(written.replaceAll('_', ''));
  if (!Number.isFinite(value)) throw refusal('usage.invalid', at, 'This number is larger than any that is known.');
  if (/[.eE]/.test(written) && !/^0[xX]/.test(written)) return literal(at, value, 'number');
  if (!Number.isSafeInteger(value)) throw refusal('usage.invalid', at, 'Integers have at most 15 digits.');
  return literal(at, value);
}

/** A quoted text where another type is needed, as Postgres reads it; anything else as it is. **Throws** `plan.wrong-type`. */
export function coerced(term: Term, type: ColumnType): Term {
  if (!isBareText(term) || type === 'text' || type === 'null') return term;
  const at = term.typed.path;
  const text = String(term.json['value']).trim();
  const wrong = () => refusal('plan.wrong-type', at, `This text is no ${type}.`, type === 'date' ? "'2024-12-31'" : type === 'datetime' ? "'2024-12-31 23:59:59'" : undefined);
  if (isTemporal(type)) return instant(term, text, type as 'date' | 'datetime', wrong);
  if (isNumeric(type)) {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(Number(text))) throw wrong();
    return /[.eE]/.test(text) ? literal(at, Number(text), 'number') : number(at, text);
  }
  if (type === 'boolean') {
    const known = new Map([['true', true], ['t', true], ['yes', true], ['on', true], ['1', true], ['false', false], ['f', false], ['no', false], ['off', false], ['0', false]]).get(text.toLowerCase());
    if (known === undefined) throw wrong();
    return literal(at, known);
  }
  return term;
}

function instant(term: Term, text: string, type: 'date' | 'datetime', wrong: () => Error): Term {
  const iso = type === 'datetime' ? (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text.replace(/^(\S+) (\S+)$/, '$1T$2')) : text;
  if (instantOf(iso, type) === null) throw wrong();
  return literal(term.typed.path, iso, type);
}

/** Two values that meet: a quoted text takes the type of the other one. */
export const meeting = (left: Term, right: Term): [Term, Term] => [coerced(left, right.typed.type), coerced(right, left.typed.type)];

export function comparison(at: string, op: string, left: Term, right: Term): Term {
  return compare(at, op, ...meeting(left, right));
}

/** Several values that become one column: quoted texts take the type of the first that is none. */
export function alike(terms: readonly Term[]): Term[] {
  const type = terms.find((term) => !isBareText(term) && term.typed.type !== 'null')?.typed.type ?? 'text';
  return terms.map((term) => coerced(term, type));
}

/** An integer that is written out. **Throws** `usage.unsupported`. */
export function integerOf(term: Term, what: string): number {
  const value = term.json['expr'] === 'literal' ? term.json['value'] : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw unsupported(term.typed.path, `${what} is an integer that is written out.`);
  return value;
}

/** A text that is written out. **Throws** `usage.unsupported`. */
export function textOf(term: Term, what: string): string {
  if (!isBareText(term)) throw unsupported(term.typed.path, `${what} is a text that is written out.`);
  return term.json['value'] as string;
}
