import type { PublishedColumn, PublishedSchema } from '@podnet/contracts';
import { table } from '@podnet/terminal';

/** A dataset as its pod publishes it: columns, with their bounds where any are declared, and what counts for one person where answers may have noise. */
export function schemaText({ dataset, description, columns, privacy }: PublishedSchema): string {
  const bounded = columns.some(({ bounds, nullable }) => bounds !== undefined || nullable === false);
  const heading = ['column', 'kind', 'values', ...(bounded ? ['bounds'] : []), 'what it is'];
  const rows = columns.map((column) => [column.name, column.kind, column.domain?.values.join(', ') ?? '', ...(bounded ? [boundsText(column)] : []), column.description ?? '']);
  return [`${dataset}${description ? ` — ${description}` : ''}`, table([heading, ...rows]), ...privacyLines(privacy)].join('\n');
}

function boundsText({ bounds, nullable }: PublishedColumn): string {
  const range = bounds === undefined ? [] : [`${bounds.lower} … ${bounds.upper}${bounds.granularity === 1 ? '' : ` in steps of ${bounds.granularity}`}`];
  return [...range, ...(nullable === false ? ['none missing'] : [])].join(', ');
}

function privacyLines(privacy: PublishedSchema['privacy']): string[] {
  if (privacy === undefined) return [];
  if ('public' in privacy) return [`Private queries: a table about nobody${privacy.uniqueKey === null ? '' : `, joined on ${privacy.uniqueKey}`}.`];
  const { unit, maxRows, maxGroups } = privacy;
  if (unit === null) return ['Private queries: each row is hidden.'];
  return [`Private queries: all rows of one ${unit} are hidden together; up to ${maxRows} of them count in a group, and up to ${maxGroups} ${maxGroups === 1 ? 'group' : 'groups'}.`];
}
