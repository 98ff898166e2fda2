/** Errors whose texts are written by the language about our own code; others may quote what they were given. */
const ours = new Set(['TypeError', 'ReferenceError', 'RangeError', 'AssertionError', 'Fault']);

/** An error as it may stand in a log: its kind, code and stack, and its text only where that cannot quote a value. */
export function describeError(error: unknown): Record<string, unknown> {
  if (typeof error !== 'object' || error === null) return { kind: typeof error };
  const { name, code, message, stack } = error as { name?: unknown; code?: unknown; message?: unknown; stack?: unknown };
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 8).map((line) => line.trim()) : [];
  return {
    kind: typeof name === 'string' ? name : 'object',
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof name === 'string' && typeof message === 'string' && ours.has(name) ? { text: message.slice(0, 300) } : {}),
    frames,
  };
}
