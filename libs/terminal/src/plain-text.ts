/**
 * Text of foreign origin (names, descriptions, faults of a hub) made harmless for a terminal: control characters, escape
 * sequences and bidirectional marks are shown as � and do nothing.
 */
export function plainText(text: string): string {
  // eslint-disable-next-line no-control-regex -- the very characters that are taken out
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, '\ufffd');
}
