/** Digits behind the point: the ± has two that count. */
const mostDecimals = 12;

/** `39.12 ± 0.31`, to the digits that the noise leaves behind the point; `39 ± ?` where nothing can be said of it. */
export function widthText(value: number, width: number | null): string {
  if (width === null || !Number.isFinite(width)) return `${Number(value.toPrecision(6))} ± ?`;
  const decimals = width > 0 ? Math.min(mostDecimals, Math.max(0, 1 - Math.floor(Math.log10(width)))) : 0;
  return `${signless(value.toFixed(decimals))} ± ${width.toFixed(decimals)}`;
}

/** Nothing is less than nothing: `-0.0` is `0.0`. */
const signless = (text: string): string => (/^-[0.]+$/.test(text) ? text.slice(1) : text);
