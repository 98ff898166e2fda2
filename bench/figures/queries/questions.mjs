// The questions, each as a remote frame, as SQL, and as nodejs-polars on the same file would ask it. `turn` makes every one another question, so that no
// answer comes from a store.
import { col, len } from '@podnet/sdk';

export const peopleQuestion = {
  name: 'people',
  /** The least score of those who are asked about. */
  number: (turn) => 0.1 + turn * 0.01,
  frame: (frame, least) => frame.filter(col('score').gt(least)).groupBy('region').agg(col('income').mean().alias('income'), col('age').mean().alias('age'), len().alias('rows')).sort('region'),
  sql: (least) => `SELECT region, AVG(income) AS income, AVG(age) AS age, COUNT(*) AS rows FROM data WHERE score > ${least} GROUP BY region ORDER BY region`,
};

export const flightsQuestion = {
  name: 'flights',
  /** Minutes that are added: another value of the same flights. Other flights would be too near to those before, in the small airports. */
  number: (turn) => 1 + turn,
  frame: (frame, minutes) => frame.groupBy(col('origin'), col('date').date.month().alias('month')).agg(col('delay').add(minutes).mean().alias('delay'), len().alias('rows')).sort('origin', 'month'),
  sql: (minutes) => `SELECT origin, EXTRACT(MONTH FROM date) AS month, AVG(delay + ${minutes}) AS delay, COUNT(*) AS rows FROM data GROUP BY origin, EXTRACT(MONTH FROM date) ORDER BY origin, month`,
};
