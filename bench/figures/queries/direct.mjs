// nodejs-polars on a file, in a process of its own that lives as long as a runner does: `direct.mjs FILE QUESTION`. Answers each message `{ number }` with
// `{ ms, records }`.
import polars from 'nodejs-polars';

const [file, question] = process.argv.slice(2);
const { col } = polars;

const questions = {
  people: (rows, least) => rows.filter(col('score').gt(polars.lit(least))).groupBy('region').agg(col('income').mean().alias('income'), col('age').mean().alias('age'), polars.len().alias('rows')).sort('region'),
  flights: (rows, minutes) =>
    rows.withColumns(col('date').dt.month().alias('month')).groupBy(['origin', 'month']).agg(col('delay').add(polars.lit(minutes)).mean().alias('delay'), polars.len().alias('rows')).filter(col('rows').gtEq(10)).sort([col('origin'), col('month')]),
};

process.on('disconnect', () => process.exit(0));
process.on('message', ({ number }) => {
  const startedAt = performance.now();
  const table = questions[question](polars.scanParquet(file), number).collectSync({ engine: 'streaming' });
  const records = table.toRecords();
  process.send({ ms: performance.now() - startedAt, records });
});
