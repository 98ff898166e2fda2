import type { Database } from './database.ts';

/** An answer that left the pod, to be given again to the same modeller for the same question over the same data and policies. */
export interface AnsweredQuery {
  userId: string;
  /** Digest of the question with everything that its answer depends on. */
  question: string;
  /** What the pod knows of it, as JSON. */
  record: unknown;
  /** Packed body. */
  answer: Uint8Array;
}

const mostPerModeller = 500;

export interface AnsweredQueries {
  find(userId: string, question: string): AnsweredQuery | undefined;
  /** Questions of a modeller that have a stored answer. */
  questions(userId: string): string[];
  keep(answered: AnsweredQuery): void;
  sweep(answeredBefore: number): void;
}

export function makeAnsweredQueries({ sql }: Database, now: () => number = Date.now): AnsweredQueries {
  const find = sql.prepare('select record, answer from answered_queries where user_id = ? and question = ?');
  const questions = sql.prepare('select question from answered_queries where user_id = ? order by answered_at desc');
  const insert = sql.prepare('insert into answered_queries (user_id, question, record, answer, answered_at) values (?, ?, ?, ?, ?) on conflict (user_id, question) do nothing');
  const crop = sql.prepare('delete from answered_queries where user_id = ?1 and question in (select question from answered_queries where user_id = ?1 order by answered_at desc, question limit -1 offset ?2)');
  const sweep = sql.prepare('delete from answered_queries where answered_at < ?');
  return {
    find(userId, question) {
      const row = find.get(userId, question);
      return row && { userId, question, record: JSON.parse(String(row['record'])) as unknown, answer: new Uint8Array(row['answer'] as Uint8Array) };
    },
    questions: (userId) => questions.all(userId).map((row) => String(row['question'])),
    keep({ userId, question, record, answer }) {
      insert.run(userId, question, JSON.stringify(record), answer, now());
      crop.run(userId, mostPerModeller);
    },
    sweep: (answeredBefore) => void sweep.run(answeredBefore),
  };
}
