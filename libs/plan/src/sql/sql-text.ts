/** A name as it is written in a text. */
export interface WrittenName {
  readonly name: string;
  /** In double quotes: meant to the letter. */
  readonly quoted: boolean;
}

/**
 * A query's text and places in it. Postgres' parser gives the place of a node in bytes of UTF-8 and that of a mistake in characters; people
 * are told line and column, both from 1, a column being a character.
 */
export interface SqlText {
  readonly sql: string;
  /** `sql:LINE:COLUMN` of a byte, of a character, of an index of the string. */
  atByte(byte: number): string;
  atCharacter(character: number): string;
  atIndex(index: number): string;
  /** The names of a dotted name that begins at a byte, as far as they can be read there. */
  namesAt(byte: number): WrittenName[];
  /** The first byte, from one on, that is neither space nor comment. */
  afterSpace(byte: number): number;
}

const space = /(?:\s+|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)*/y;
const plainName = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const quotedName = /"((?:[^"]|"")*)"/y;

export function sqlText(sql: string): SqlText {
  const bytes = new TextEncoder().encode(sql);
  /** For every byte the character that it belongs to or begins. */
  const characters = new Uint32Array(bytes.length + 1);
  const lineStarts = [0];
  let character = -1;
  bytes.forEach((byte, index) => {
    if ((byte & 0xc0) !== 0x80) character += 1;
    characters[index] = character;
    if (byte === 0x0a) lineStarts.push(character + 1);
  });
  characters[bytes.length] = character + 1;

  const atCharacter = (place: number): string => {
    const within = Math.min(Math.max(0, place), character + 1);
    let [low, high] = [0, lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (lineStarts[middle]! <= within) low = middle;
      else high = middle - 1;
    }
    return `sql:${low + 1}:${within - lineStarts[low]! + 1}`;
  };
  const indexOfByte = (byte: number): number => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, byte)).length;
  const skip = (index: number): number => {
    space.lastIndex = index;
    return index + space.exec(sql)![0].length;
  };
  return {
    sql,
    atCharacter,
    atByte: (byte) => atCharacter(characters[Math.min(Math.max(0, byte), bytes.length)]!),
    atIndex: (index) => atCharacter([...sql.slice(0, index)].length),
    afterSpace: (byte) => new TextEncoder().encode(sql.slice(0, skip(indexOfByte(byte)))).length,
    namesAt: (byte) => {
      const names: WrittenName[] = [];
      for (let index = indexOfByte(byte); ;) {
        quotedName.lastIndex = plainName.lastIndex = index;
        const quoted = quotedName.exec(sql);
        const plain = quoted === null ? plainName.exec(sql) : null;
        if (quoted === null && plain === null) return names;
        names.push(quoted === null ? { name: foldName(plain![0]), quoted: false } : { name: quoted[1]!.replaceAll('""', '"'), quoted: true });
        index = skip(index + (quoted ?? plain!)[0].length);
        if (sql[index] !== '.') return names;
        index = skip(index + 1);
      }
    },
  };
}

/** Lower case as Postgres folds names: letters of ASCII only, so that no other letter becomes one of them. */
export const foldName = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a written name means this one: to the letter when quoted, whatever its case otherwise. */
export const meansName = ({ name, quoted }: WrittenName, candidate: string): boolean => name === candidate || (!quoted && foldName(candidate) === name);
