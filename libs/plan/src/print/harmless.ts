/**
 * Names and texts of a plan as a custodian may safely see them: control characters, escape sequences, bidirectional and invisible marks
 * become `?`, and long ones are cut.
 */
export function harmless(text: string, most = 80): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu, '?');
  return visible.length <= most ? visible : `${visible.slice(0, most - 1)}…`;
}

/** A column's name: bare when it is a plain word, otherwise in double quotes. */
export const printName = (name: string): string => (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && name.length <= 80 ? name : `"${harmless(name).replaceAll('"', '""')}"`);

/** A text in single quotes. */
export const printText = (text: string): string => `'${harmless(text).replaceAll("'", "''")}'`;

/** A list that may be long: its beginning and how many more there are. */
export function printList(items: readonly string[], most = 12): string {
  return items.length <= most ? items.join(', ') : `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
}
