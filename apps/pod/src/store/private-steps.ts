import type { Database } from './database.ts';

export interface PrivateStep {
  questionHash: string;
  /** Packed body. */
  answer: Uint8Array;
}

/** What was answered to the steps of a private task. One charge pays for each of them once. */
export interface PrivateSteps {
  find(assignmentId: string, step: number): PrivateStep | undefined;
  /** Whether anything of the assignment may have left already. */
  any(assignmentId: string): boolean;
  /** **Throws** when the step has an answer already. */
  keep(assignmentId: string, step: number, answered: PrivateStep): void;
  /** The assignment is over: nobody asks again. */
  forget(assignmentId: string): void;
}

export function makePrivateSteps({ sql }: Database): PrivateSteps {
  const find = sql.prepare('select question_hash, answer from private_steps where assignment_id = ? and step = ?');
  const any = sql.prepare('select 1 from private_steps where assignment_id = ? limit 1');
  const insert = sql.prepare('insert into private_steps (assignment_id, step, question_hash, answer) values (?, ?, ?, ?)');
  const forget = sql.prepare('delete from private_steps where assignment_id = ?');
  return {
    find(assignmentId, step) {
      const row = find.get(assignmentId, step);
      return row && { questionHash: String(row['question_hash']), answer: new Uint8Array(row['answer'] as Uint8Array) };
    },
    any: (assignmentId) => any.get(assignmentId) !== undefined,
    keep: (assignmentId, step, { questionHash, answer }) => void insert.run(assignmentId, step, questionHash, answer),
    forget: (assignmentId) => void forget.run(assignmentId),
  };
}
