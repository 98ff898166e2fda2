// One line of the table: { name, value, unit, aim, ok, versus? }.
//   value   the median of the repeats (or what the name says: p95); null when it could not be measured
//   aim     '< 60', '> 200000', '≥ 0.8'; null when there is none
//   ok      whether the value reaches the aim; true where there is none
//   versus  { name, value, unit, ratio }: what it is compared with, and value ÷ versus.value

const comparisons = {
  '<': (value, bound) => value < bound,
  '>': (value, bound) => value > bound,
  '≥': (value, bound) => value >= bound,
  '≤': (value, bound) => value <= bound,
};

/** Makes a row and judges it. **Throws** for an aim that cannot be read. */
export function row({ name, value, unit, aim = null, versus }) {
  return { name, value, unit, aim, ok: reaches(value, aim), ...(versus ? { versus: withRatio(value, unit, versus) } : {}) };
}

/** The row of a figure that could not be measured. */
export const missingRow = (name) => ({ name, value: null, unit: '', aim: null, ok: false });

function reaches(value, aim) {
  if (aim === null) return Number.isFinite(value);
  const [sign, bound] = aim.split(' ');
  const compare = comparisons[sign];
  if (!compare || !Number.isFinite(Number(bound))) throw new Error(`An aim reads like "< 60", not ${JSON.stringify(aim)}.`);
  return Number.isFinite(value) && compare(value, Number(bound));
}

const withRatio = (value, unit, versus) => ({ unit, ...versus, ratio: versus.ratio ?? value / versus.value });
