import type { Database } from './database.ts';

/** Answers with noise. They are never drawn again: what was answered is answered again with the same bytes. */
export interface PrivateAnswers {
  /** Packed body of the answer that a modeller had to a question. */
  find(userId: string, question: string): Uint8Array | undefined;
  has(userId: string, question: string): boolean;
  /** The first answer to a question stays. */
  keep(answered: { userId: string; question: string; assignmentId: string; answer: Uint8Array }): void;
}

export function makePrivateAnswers({ sql }: Database, now: () => number = Date.now): PrivateAnswers {
  const find = sql.prepare('select answer from private_answers where user_id = ? and question = ?');
  const insert = sql.prepare('insert into private_answers (user_id, question, assignment_id, answer, answered_at) values (?, ?, ?, ?, ?) on conflict (user_id, question) do nothing');
  return {
    find(userId, question) {
      const row = find.get(userId, question);
      return row && new Uint8Array(row['answer'] as Uint8Array);
    },
    has: (userId, question) => find.get(userId, question) !== undefined,
    keep: ({ userId, question, assignmentId, answer }) => void insert.run(userId, question, assignmentId, answer, now()),
  };
}
