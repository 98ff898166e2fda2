// The headline figures in the order of the table: a name for `--only`, what it says, and the file that measures it.
const file = (name) => new URL(`./${name}.mjs`, import.meta.url).href;

export const catalogue = [
  { name: 'policy-decisions', says: 'Policy decisions of one thread', module: file('policy-decisions') },
  { name: 'plan-analysis', says: 'Contribution analysis of a plan of 50 nodes', module: file('plan-analysis') },
  { name: 'training', says: 'Training through a pod’s elements, beside a plain loop', module: file('training') },
  { name: 'dp-training', says: 'Training under differential privacy, beside the same without', module: file('dp-training') },
  { name: 'ready-time', says: 'Start of a hub and three pods, built and enrolled, until all are ready', module: file('ready-time') },
  { name: 'round-trip', says: 'A trivial task over 3 pods, from its submission to its outcome', module: file('round-trip') },
  { name: 'federated-rounds', says: 'Rounds of federated averaging of 11 000 parameters', module: file('federated-rounds') },
  { name: 'dispatch', says: 'From a submission to the pod’s claim, with 200 pods connected', module: file('dispatch') },
  { name: 'query-10m', says: 'Group-by means on 10 million rows, beside nodejs-polars on the same file', module: file('query-10m') },
  { name: 'query-10m-units', says: 'The same, where a million people stand behind the rows', module: file('query-10m-units') },
  { name: 'query-flights', says: 'Delays of 3 million flights by airport and month, beside nodejs-polars on the same file', module: file('query-flights') },
  { name: 'private-sql', says: 'Noisy counts and sums on 10 million rows, beside the exact answer of sql-query', module: file('private-sql') },
  { name: 'noise', says: 'Exact noise of one thread, and what accountants take', module: file('noise') },
  { name: 'dp-accuracy', says: 'Errors of noisy answers at epsilon 1, beside the least that theory has', module: file('dp-accuracy') },
];
