import { loadPolars, type Expression, type Polars } from './polars.ts';

/**
 * The library's own expressions are objects of two hundred closures each, which takes half a millisecond: more than a query over a million rows has to
 * spare. These hold the same native expression behind one prototype. Their spec compares each method with the library's.
 */
export interface Natives {
  col(name: string): Native;
  cols(names: string[]): Native;
  lit(value: unknown): Native;
  len(): Native;
  when(condition: Native): NativeWhen;
  asStruct(parts: Native[]): Native;
  concatLst(parts: Native[]): Native;
}

type Native = Readonly<Record<string, (...given: unknown[]) => Native>>;
interface NativeWhen {
  then(value: Native): NativeThen;
}
interface NativeThen {
  when(condition: Native): NativeWhen;
  otherwise(value: Native): Native;
}

interface Held {
  readonly _expr: Native;
}

const heldBy = (other: unknown): Native => (other as Held)._expr;

/** Methods that hand their arguments on as they are. */
const plain = ['abs', 'alias', 'all', 'any', 'ceil', 'cos', 'count', 'dropNulls', 'exp', 'first', 'floor', 'head', 'isFinite', 'isNotNull', 'isNull', 'last', 'max', 'mean', 'min', 'mode', 'nUnique', 'not', 'pow', 'sin', 'std', 'sum', 'tan', 'var'];
/** Methods that take one expression. */
const binary = ['add', 'and', 'div', 'eq', 'filter', 'gt', 'gtEq', 'lt', 'ltEq', 'mul', 'neq', 'or', 'sub'];
const times = ['year', 'month', 'week', 'weekday', 'day', 'ordinalDay', 'hour', 'minute', 'second'];

/** The library with light expressions in place of its own; frames, series and types are the library's. */
export function lightened(pl: Polars, natives: Natives): Polars {
  class Light {
    readonly _expr: Native;

    constructor(native: Native) {
      this._expr = native;
    }

    /** How the library knows an expression. */
    [Symbol.toStringTag](): string {
      return 'Expr';
    }

    inner(): Native {
      return this._expr;
    }

    toString(): string {
      return String(this._expr);
    }

    cast(type: unknown, strict = false): Light {
      return new Light(this._expr['cast']!(type, strict));
    }

    log(base: number): Light {
      return new Light(this._expr['log']!(base));
    }

    clip(least: number, most: number): Light {
      return new Light(this._expr['clip']!(natives.lit(least), natives.lit(most)));
    }

    round(decimals: number): Light {
      return new Light(this._expr['round']!(decimals, 'halftoeven'));
    }

    hash(...seeds: number[]): Light {
      return new Light(this._expr['hash']!(...seeds.map(BigInt)));
    }

    /** A series has a type of its own; that of plain values is guessed. */
    isIn(members: readonly unknown[] | { inner(): unknown }): Light {
      return new Light(this._expr['isIn']!(natives.lit('inner' in members ? members.inner() : pl.Series([...members] as never).inner()), false));
    }

    over(...by: Held[]): Light {
      return new Light(this._expr['over']!(by.map(heldBy)));
    }

    quantile(share: number, interpolation: string): Light {
      return new Light(this._expr['quantile']!(natives.lit(share), interpolation));
    }

    get str() {
      const call = (method: string, ...given: unknown[]): Light => new Light(this._expr[method]!(...given));
      return {
        strip: () => call('strStrip'),
        lengths: () => call('strLengths'),
        toUpperCase: () => call('strToUppercase'),
        toLowerCase: () => call('strToLowercase'),
        contains: (pattern: string | RegExp, literal = false) => call('strContains', natives.lit(typeof pattern === 'string' ? pattern : pattern.source), literal, true),
        startsWith: (prefix: string) => call('strStartsWith', natives.lit(prefix)),
        endsWith: (suffix: string) => call('strEndsWith', natives.lit(suffix)),
        extract: (pattern: string, group: number) => call('strExtract', natives.lit(pattern), group),
        replace: (pattern: string, by: string, literal = false) => call('strReplace', natives.lit(pattern), natives.lit(by), literal, 1),
        replaceAll: (pattern: string, by: string, literal = false) => call('strReplaceAll', natives.lit(pattern), natives.lit(by), literal),
        slice: (offset: number, length: number | null = null) => call('strSlice', natives.lit(offset), natives.lit(length)),
        /** Days only; what does not fit is missing. */
        strptime: (_type: unknown, format: string) => call('strToDate', format, false, false, false),
      };
    }

    get dt() {
      const parts = Object.fromEntries(times.map((part) => [part, () => new Light(this._expr[part]!())]));
      return { ...parts, truncate: (every: string) => new Light(this._expr['dtTruncate']!(natives.lit(every))), strftime: (format: string) => new Light(this._expr['strftime']!(format)) };
    }
  }
  const prototype = Light.prototype as unknown as Record<string, unknown>;
  for (const method of plain) {
    prototype[method] = function plainly(this: Held, ...given: unknown[]): Light {
      return new Light(this._expr[method]!(...given));
    };
  }
  for (const method of binary) {
    prototype[method] = function withAnother(this: Held, other: unknown): Light {
      return new Light(this._expr[method]!(heldBy(other)));
    };
  }
  // Nothing is left out of these where the library does not leave it out.
  prototype['all'] = function all(this: Held): Light {
    return new Light(this._expr['all']!(true));
  };
  prototype['any'] = function any(this: Held): Light {
    return new Light(this._expr['any']!(true));
  };
  const then = (made: NativeThen) => ({ when: (condition: Held) => when(made.when(condition._expr)), otherwise: (value: Held) => new Light(made.otherwise(value._expr)) });
  const when = (made: NativeWhen) => ({ then: (value: Held) => then(made.then(value._expr)) });
  return {
    ...pl,
    col: (name: string) => new Light(natives.col(name)),
    cols: (names: string[]) => new Light(natives.cols(names)),
    lit: (value: unknown) => new Light(natives.lit(value)),
    len: () => new Light(natives.len()),
    when: (condition: Held) => when(natives.when(condition._expr)),
    struct: (parts: Held[]) => new Light(natives.asStruct(parts.map(heldBy))),
    concatList: (parts: Held[]) => new Light(natives.concatLst(parts.map(heldBy))),
  } as unknown as Polars;
}

/** The same with expressions that are made quickly, for queries. */
export async function loadLightPolars(): Promise<Polars> {
  const internals = (await import('nodejs-polars/bin/internals/polars_internal.js' as string)) as { default: { default: Natives } };
  return lightened(await loadPolars(), internals.default.default);
}

/** For specs: a light expression as the library would print it. */
export const printed = (expression: Expression): string => String((expression as unknown as Held)._expr);
