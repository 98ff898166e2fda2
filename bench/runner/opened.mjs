// What a figure has opened, closed in the opposite order however the figure ends.
const opened = [];

/** Remembers how to close something. */
export function onEnd(close) {
  opened.push(close);
}

/** Closes everything that is open. Never throws: one that cannot be closed must not keep the others open. */
export async function closeAll() {
  for (let close = opened.pop(); close; close = opened.pop()) {
    try {
      await close();
    } catch {
      // Its process ends with this one in any case.
    }
  }
}
