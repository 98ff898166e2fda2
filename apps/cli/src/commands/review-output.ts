import { placesText, saidOnce } from '@podnet/policy';
import type { OpenedReview } from '@podnet/sdk';
import { indented, plainText, table } from '@podnet/terminal';

type Shown = NonNullable<OpenedReview['content']>['shown'];

/** A review for the one who decides: what the pod has signed, and from the hub only where it stands. */
export function reviewText({ id, state, pod, deadlineAt, refusedCode, requester, dataset, content }: OpenedReview): string {
  const head = `${id}  ${state} at ${pod.name}${refusedCode ? `  [the pod refused the last decision: ${refusedCode}]` : ''}`;
  if (!content) return [head, `Who        ${requester.email}`, `Dataset    ${dataset}`, `Until      ${deadlineAt}`, 'The query is not sealed to this device: look at it at the pod, in the folder of its pod.yaml.'].map(plainText).join('\n');
  const { shown, hash } = content;
  const places = (list: Shown['used']): string => list.map((place) => `${place.dataset}.${place.column}`).join(', ') || 'none';
  const count = (units: Shown['units'][number]['smallest']): string => (units ? `${units.atLeast ? 'at least ' : ''}${units.units}` : 'none');
  const first = shown.preview.columns[0]?.values.length ?? 0;
  const lines = [
    head,
    `Who        ${shown.requester.email} (${shown.requester.role}), device ${shown.requester.fingerprint}`,
    `Until      ${new Date(content.deadlineAt).toISOString()}`,
    ...(shown.reason === undefined ? [] : [`Reason     ${shown.reason}`]),
    `Asks       ${shown.sentence}`,
    indented(shown.tree, '             '),
    `Reads      ${shown.sources.map((source) => `${source.dataset} (version ${source.version}, policy ${source.policyHash})`).join(', ')}`,
    `Uses       ${places(shown.used)}`,
    ...shown.revealed.map(({ name, class: what, from, nulled }) => `Reveals    ${name}: ${nulled ? 'nulled, ' : ''}${what}${from.length > 0 ? ` of ${places(from)}` : ''}`),
    ...shown.units.map(({ dataset: of, smallest, total }) => `Units      ${of}: ${count(smallest)} behind the smallest row, ${count(total)} in all`),
    ...saidOnce(shown.failed, ({ dataset: of }) => of).map(({ one: { dataset: of, says }, places: at }) => `Why        ${of === undefined ? '' : `${of}: `}${says}${placesText(at)}`),
    ...shown.warnings.map((warning) => `Beware     ${warning}`),
    `Answer     ${shown.rows} rows${shown.rows > first ? `, the first ${first} of them` : ''}`,
  ].map(plainText);
  return [...lines, indented(previewOf(shown), '             '), `Bound to   ${hash}`].join('\n');
}

function previewOf({ preview: { columns } }: Shown): string {
  if (columns.length === 0) return 'none';
  const cell = (value: unknown): string => (value === null || value === undefined ? 'null' : typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').slice(0, 40);
  return table([columns.map(({ name }) => name), ...Array.from({ length: columns[0]!.values.length }, (_, row) => columns.map(({ values }) => cell(values[row])))]);
}
