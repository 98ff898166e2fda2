import { readFileSync, writeFileSync } from 'node:fs';
import { Fault } from '@podnet/errors';
import { broken, verifyChain, type AuditEntry } from '../../store/audit.ts';
import type { Terminal } from '../terminal.ts';
import { beside } from './beside.ts';
import { instantOf, written } from './when.ts';

export interface AuditFilter {
  /** User id or e-mail. */
  modeller?: string;
  dataset?: string;
  /** `released`, `waiting`, `denied`, or `flagged`. */
  verdict?: string;
  since?: string;
  until?: string;
}

interface Common {
  config: string;
  json: boolean;
  terminal: Terminal;
}

const verdicts = ['released', 'waiting', 'denied', 'flagged'];

/** Entries of the pod's audit, oldest first. Without a filter all kinds, with one only queries. */
export function auditList({ config, filter, limit, json, terminal }: Common & { filter: AuditFilter; limit: number }): Promise<void> {
  return beside(config, ({ store }) => {
    const passes = passesOf(filter);
    const found: AuditEntry[] = [];
    for (const entry of allOf(store.audit.entries)) {
      if (!passes(entry)) continue;
      found.push(entry);
      // The newest are what is looked for.
      if (found.length > limit) found.shift();
    }
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { entries: found } }));
    for (const entry of found) terminal.out(lineOf(entry));
    if (found.length === 0) terminal.say('Nothing on the audit fits.');
  }, { verify: false });
}

/** Which columns each modeller has used and seen. */
export function auditColumns({ config, filter, json, terminal }: Common & { filter: AuditFilter }): Promise<void> {
  return beside(config, ({ store }) => {
    const passes = passesOf(filter);
    const rows = new Map<string, ColumnUse>();
    for (const entry of allOf(store.audit.entries)) {
      if (entry.action !== 'query.released' || !passes(entry)) continue;
      for (const [use, of] of columnsOf(entry)) {
        const row = rows.get(JSON.stringify(of)) ?? { ...of, used: 0, revealed: 0, lastAt: '' };
        row[use] += 1;
        row.lastAt = written(entry.at);
        rows.set(JSON.stringify(of), row);
      }
    }
    const columns = [...rows.values()].sort((a, b) => `${a.dataset} ${a.column} ${a.modeller}`.localeCompare(`${b.dataset} ${b.column} ${b.modeller}`));
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { columns } }));
    if (columns.length === 0) return terminal.say('Nothing was released yet that fits.');
    terminal.out(tableOf([['dataset', 'column', 'modeller', 'used', 'revealed', 'last'], ...columns.map((row) => [row.dataset, row.column, row.modeller, String(row.used), String(row.revealed), row.lastAt])]));
  }, { verify: false });
}

/** Every entry as a line of JSON: the whole chain, which verifies without the pod, or what a filter leaves of it. */
export function auditExport({ config, filter, out, json, terminal }: Common & { filter: AuditFilter; out?: string }): Promise<void> {
  return beside(config, ({ store }) => {
    const passes = passesOf(filter);
    const lines = [...allOf(store.audit.entries)].filter(passes).map((entry) => JSON.stringify(entry));
    if (out === undefined) return lines.forEach((line) => terminal.out(line));
    try {
      writeFileSync(out, lines.map((line) => `${line}\n`).join(''), { flag: 'wx', mode: 0o600 });
    } catch (cause) {
      throw new Fault((cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'conflict.exists' : 'usage.invalid', 'The file cannot be written, or exists already.', { at: '--out', cause });
    }
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { entries: lines.length, file: out } }));
    terminal.say(`Wrote ${lines.length} entries to ${out}.`);
  }, { verify: false });
}

/** Recomputes the chain: of the pod's store, or of an export. **Throws** `audit.broken` with the first entry that does not fit. */
export async function auditVerify({ config, file, json, terminal }: Common & { file?: string }): Promise<void> {
  const { entries, head } = file === undefined ? await beside(config, ({ store }) => store.audit.verify(), { verify: false }) : verifyChain(readExport(file));
  if (json) return terminal.out(JSON.stringify({ ok: true, data: { entries, head } }));
  terminal.out(`${entries} entries, each bound to the one before. Head: ${head}`);
}

function* allOf(read: (after?: number, limit?: number) => AuditEntry[]): Generator<AuditEntry> {
  for (let page = read(0, 1_000); page.length > 0; page = read(page.at(-1)!.seq, 1_000)) yield* page;
}

function* readExport(file: string): Generator<AuditEntry> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('usage.invalid', 'The file cannot be read.', { at: '--file', cause });
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    let entry: unknown;
    try {
      entry = JSON.parse(line);
    } catch {
      throw broken(index + 1);
    }
    if (typeof entry !== 'object' || entry === null || typeof (entry as AuditEntry).seq !== 'number') throw broken(index + 1);
    yield entry as AuditEntry;
  }
}

type Detail = Record<string, unknown>;

function passesOf(filter: AuditFilter): (entry: AuditEntry) => boolean {
  const { modeller, dataset, verdict } = filter;
  if (verdict !== undefined && !verdicts.includes(verdict)) throw new Fault('usage.invalid', 'There is no such verdict.', { at: '--verdict', hint: `One of ${verdicts.join(', ')}.` });
  const since = filter.since === undefined ? -Infinity : instantOf(filter.since, '--since');
  const until = filter.until === undefined ? Infinity : instantOf(filter.until, '--until');
  return ({ at, detail: raw }) => {
    const detail = (raw ?? {}) as Detail;
    if (at < since || at > until) return false;
    if (modeller !== undefined && detail['userId'] !== modeller && detail['email'] !== modeller) return false;
    if (dataset !== undefined && detail['dataset'] !== dataset && !(detail['datasets'] as string[] | undefined)?.includes?.(dataset)) return false;
    if (verdict === undefined) return true;
    return verdict === 'flagged' ? detail['flagged'] === true : detail['verdict'] === verdict;
  };
}

interface ColumnUse {
  dataset: string;
  column: string;
  modeller: string;
  used: number;
  revealed: number;
  lastAt: string;
}

function* columnsOf(entry: AuditEntry): Generator<['used' | 'revealed', Pick<ColumnUse, 'dataset' | 'column' | 'modeller'>]> {
  const detail = entry.detail as Detail;
  const modeller = String(detail['email'] ?? detail['userId']);
  const pair = ({ dataset, column }: { dataset: string; column: string }) => ({ dataset, column, modeller });
  for (const column of (detail['columnsUsed'] ?? []) as { dataset: string; column: string }[]) yield ['used', pair(column)];
  const seen = new Set<string>();
  for (const { from, nulled } of (detail['columnsRevealed'] ?? []) as { from: { dataset: string; column: string }[]; nulled: boolean }[]) {
    if (nulled) continue;
    for (const column of from) {
      if (seen.has(JSON.stringify(column))) continue;
      seen.add(JSON.stringify(column));
      yield ['revealed', pair(column)];
    }
  }
}

/** One line for people: what a custodian looks for is in it, the whole entry is in `--json`. */
function lineOf({ seq, at, action, subject, detail: raw }: AuditEntry): string {
  const detail = (raw ?? {}) as Detail;
  const head = `${String(seq).padStart(5)}  ${written(at)}  ${detail['flagged'] === true ? '⚑ ' : ''}${action}`;
  if (action === 'private.answered') {
    const cost = detail['repeated'] === true ? 'answered before, at no charge' : `epsilon ${String(detail['epsilon'])}, delta ${String(detail['delta'])}`;
    return `${head}  ${String(detail['email'])}  (${String(detail['dataset'])})  ${String(detail['asks']).replaceAll(/\s+/g, ' ').slice(0, 300)}\n       ${cost} · ${String(detail['resultBytes'])} bytes left`;
  }
  if (!action.startsWith('query.')) return `${head}  ${subject}${detail['code'] ? `  ${String(detail['code'])}` : ''}${detail['by'] ? `  by ${String(detail['by'])}` : ''}`;
  const units = (detail['units'] as { dataset: string; smallest: { units: number; atLeast: boolean } | null }[]).map(({ dataset, smallest }) => `${dataset} ${smallest ? `${smallest.atLeast ? '≥ ' : ''}${smallest.units}` : 'none'}`);
  const parts = [String(detail['email']), `(${(detail['datasets'] as string[]).join(', ')})`, String(detail['sentence']).slice(0, 300)];
  const facts = [`smallest group: ${units.join(', ') || 'not counted'}`, detail['approver'] ? `approved by ${String(detail['approver'])}` : '', detail['resultBytes'] ? `${String(detail['resultBytes'])} bytes left` : '', ...(detail['failed'] as { says: string }[]).slice(0, 3).map(({ says }) => says)].filter((part) => part !== '');
  return `${head}  ${parts.join('  ')}\n       ${facts.join(' · ')}`;
}

/** Columns of text, as wide as they need to be. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!))).join('  ')).join('\n');
}
