import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { Fault } from '@podnet/errors';

/** What must be known of a CSV file before a reader of tables may see it. */
export interface CsvShape {
  /** Names of the header, unquoted, in the file's order. */
  header: string[];
  /** Lines without a character after the first row: they are no rows. */
  hasBlankLines: boolean;
}

const chunkBytes = 1 << 20;
const mostHeaderBytes = 4 << 20;
const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const comma = 0x2c;

/**
 * Reads a CSV file once, byte by byte: its encoding, its header, and whether lines are blank.
 * **Throws** `data.wrong-encoding` for anything but UTF-8 (UTF-16 shows by its NUL bytes), `data.empty` for a file without a
 * header, `data.unreadable` for a header that does not end, `data.duplicate-column`.
 */
export function examineCsv(path: string): CsvShape {
  const file = openSync(path, 'r');
  try {
    const head: Buffer[] = [];
    let headBytes = 0;
    let carried = Buffer.alloc(0);
    let lineBytes = 0;
    let hasBlankLines = false;
    let started = false;
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const length = readSync(file, chunk, 0, chunkBytes, null);
      if (length === 0) break;
      const bytes = chunk.subarray(0, length);
      if (headBytes < mostHeaderBytes) {
        head.push(Buffer.from(bytes));
        headBytes += length;
      }
      carried = checkText(carried, bytes);
      for (let i = 0; i < length; i += 1) {
        const byte = bytes[i]!;
        if (byte === newline) {
          if (started && lineBytes === 0) hasBlankLines = true;
          lineBytes = 0;
        } else if (byte !== carriageReturn) {
          lineBytes += 1;
          started = true;
        }
      }
    }
    if (carried.length > 0) throw wrongEncoding();
    return { header: readHeader(Buffer.concat(head)), hasBlankLines };
  } finally {
    closeSync(file);
  }
}

/** Checks whole characters and returns the bytes of one that the next chunk continues. */
function checkText(carried: Buffer, bytes: Buffer): Buffer<ArrayBuffer> {
  const text = carried.length > 0 ? Buffer.concat([carried, bytes]) : bytes;
  let end = text.length;
  // A character has at most four bytes; its first is the last byte that does not look like 10xxxxxx.
  for (let back = 1; back <= Math.min(3, text.length); back += 1) {
    const byte = text[text.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (width > back) end = text.length - back;
    break;
  }
  const whole = text.subarray(0, end);
  if (!isUtf8(whole) || whole.includes(0)) throw wrongEncoding();
  return Buffer.from(text.subarray(end));
}

const wrongEncoding = (): Fault => new Fault('data.wrong-encoding', 'The file is not UTF-8 text.', { hint: 'Save it as CSV with the encoding UTF-8.' });

function readHeader(bytes: Buffer): string[] {
  let at = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && (bytes[at] === newline || bytes[at] === carriageReturn)) at += 1;
  if (at === bytes.length) throw new Fault('data.empty', 'The file is empty.');
  const header: string[] = [];
  for (;;) {
    const field = readField(bytes, at);
    header.push(field.text);
    if (bytes[field.end] !== comma) break;
    at = field.end + 1;
  }
  checkNames(header);
  return header;
}

/** One field from `at` to the comma or the end of its line. */
function readField(bytes: Buffer, at: number): { text: string; end: number } {
  let end = at;
  if (bytes[at] !== quote) {
    while (end < bytes.length && bytes[end] !== comma && bytes[end] !== newline) end += 1;
    return { text: bytes.toString('utf8', at, end).replace(/\r$/, ''), end };
  }
  end += 1;
  for (;;) {
    end = bytes.indexOf(quote, end);
    if (end < 0) throw new Fault('data.unreadable', 'A quote in the header is never closed.');
    if (bytes[end + 1] !== quote) break;
    end += 2;
  }
  const text = bytes.toString('utf8', at + 1, end).replaceAll('""', '"');
  end += 1;
  if (bytes[end] === carriageReturn) end += 1;
  if (end < bytes.length && bytes[end] !== comma && bytes[end] !== newline) throw new Fault('data.unreadable', 'Something follows a closing quote in the header.');
  return { text, end };
}

/** Every column has one name that nobody else has. */
export function checkNames(names: readonly string[]): void {
  const seen = new Map<string, number>();
  names.forEach((name, index) => {
    const first = seen.get(name);
    if (first !== undefined) {
      throw new Fault('data.duplicate-column', `Columns ${first + 1} and ${index + 1} have the same name.`, { at: name, hint: 'Rename one of them in the file.' });
    }
    seen.set(name, index);
  });
}
