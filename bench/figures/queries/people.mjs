// Ten million rows with a numbering that names whom each is about, as a Parquet: `people.mjs FILE`.
import polars from 'nodejs-polars';

const rows = 10_000_000;
/** Each has ten rows or so: two numbers without a common divisor, so that rows of one person lie far apart. */
const people = 1_000_000;
const stride = 7_919;
const regions = 20;

/** Columns: `person`, `region` (text), `year`, `age`, `income` with gaps, `score` in [0, 1), which a person keeps as they keep their region. Values are the same in every run. */
function writePeople(path) {
  const random = state();
  const person = new Int32Array(rows);
  const year = new Int32Array(rows);
  const age = new Int32Array(rows);
  const region = new Int32Array(rows);
  const income = new Float64Array(rows);
  const score = new Float64Array(rows);
  for (let at = 0; at < rows; at++) {
    person[at] = (at * stride) % people;
    region[at] = (person[at] * 31) % regions;
    year[at] = 2010 + Math.floor(random() * 10);
    age[at] = 18 + Math.floor(random() * 70);
    const drawn = random();
    income[at] = drawn < 0.03 ? -1 : 20_000 + drawn * 60_000;
    score[at] = ((person[at] * 7_907) % people) / people;
  }
  const { col } = polars;
  polars.DataFrame({ person, region, year, age, income, score })
    .withColumns(col('region').cast(polars.Utf8).str.zFill(2), polars.when(col('income').gtEq(0)).then(col('income')).otherwise(polars.lit(null)).alias('income'))
    .writeParquet(path);
}

function state() {
  let at = 1;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return at / 2 ** 32;
  };
}

writePeople(process.argv[2]);
