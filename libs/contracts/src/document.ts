import { Fault, type FaultCode } from '@podnet/errors';
import { isCollection, isMap, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { limits } from './limits.ts';
import { validate } from './validation.ts';

/** The most that a file of ours may hold. */
const mostBytes = 256 * 1024;

/**
 * Reads a YAML (or JSON) text with a schema.
 * **Throws** `usage.malformed` for what is not YAML, `usage.too-large` above 256 KiB, `usage.too-deep`, else as `validate`; every
 * place is `file:line:column`.
 */
export function readYaml<S extends z.ZodType>(text: string, schema: S, fileName: string, code: FaultCode = 'usage.invalid'): z.output<S> {
  if (new TextEncoder().encode(text).length > mostBytes) throw new Fault('usage.too-large', `${fileName} is larger than ${mostBytes / 1024} KiB.`, { at: fileName });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true, version: '1.2' });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const broken = document.errors[0];
  const deepest = broken?.code === 'RESOURCE_EXHAUSTION' ? broken.pos[0] : offsetTooDeep(document);
  if (deepest !== undefined) throw new Fault('usage.too-deep', `${fileName} is nested deeper than ${limits.jsonDepth} levels.`, { at: at(deepest) });
  if (broken) throw new Fault('usage.malformed', `${fileName} is not valid YAML: ${explain(broken.code)}.`, { at: at(broken.pos[0]) });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (cause) {
    throw new Fault('usage.malformed', `${fileName} repeats itself by too many aliases.`, { at: fileName, cause });
  }
  return validate(schema, value, { code, place: (path, onKey) => at(offsetOf(document, path, onKey)) });
}

/** Where something begins that is nested deeper than is allowed. */
function offsetTooDeep({ contents }: Document): number | undefined {
  const waiting: { node: unknown; depth: number }[] = [{ node: contents, depth: 1 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next;
    if (!isCollection(node)) continue;
    if (depth > limits.jsonDepth) return node.range?.[0] ?? 0;
    for (const item of node.items) for (const each of isPair(item) ? [item.key, item.value] : [item]) waiting.push({ node: each, depth: depth + 1 });
  }
  return undefined;
}

/** Where a path stands in the text: its key when the key is at fault, else its value, else the nearest parent. */
function offsetOf(document: Document, path: readonly PropertyKey[], onKey: boolean): number {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    if (onKey || length < path.length) {
      const parent = length === 1 ? document.contents : document.getIn(part.slice(0, -1), true);
      if (isMap(parent)) {
        const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part.at(-1)));
        if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
      }
    }
    const node = document.getIn(part, true) as { range?: [number, number, number] | null } | undefined;
    if (node?.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

/** Sentences of our own for the codes of the YAML reader, whose texts may quote the file. */
function explain(code: string): string {
  const known: Record<string, string> = {
    DUPLICATE_KEY: 'a key is given twice',
    TAB_AS_INDENT: 'a tab stands where spaces belong',
    BAD_INDENT: 'the indentation does not fit',
    MISSING_CHAR: 'a quote, bracket or colon is missing',
    UNEXPECTED_TOKEN: 'something unexpected stands here',
    BLOCK_AS_IMPLICIT_KEY: 'a value spans lines where a key belongs',
    MULTILINE_IMPLICIT_KEY: 'a key spans lines',
    BAD_DQ_ESCAPE: 'a backslash escape is not known',
    MULTIPLE_DOCS: 'it holds more than one document',
  };
  return known[code] ?? 'it does not follow the syntax';
}
