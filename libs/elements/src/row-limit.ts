import { Fault } from '@podnet/errors';

/** **Throws** `policy.too-few-rows`; the sentence tells the custodian's limit, never how many rows there are. */
export function requireRows(rows: number, minRows: number, where: string): void {
  if (rows >= Math.max(1, minRows)) return;
  throw new Fault('policy.too-few-rows', `${where} has fewer usable rows than this pod's limit of ${Math.max(1, minRows)}.`);
}
