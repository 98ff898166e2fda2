/**
 * The discrete Fourier transform in place, of a length that is a power of two. `direction` −1 transforms, 1 transforms back without the
 * factor 1/length.
 */
export function transform(re: Float64Array, im: Float64Array, direction: 1 | -1): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  const cos = new Float64Array(n / 2);
  const sin = new Float64Array(n / 2);
  for (let i = 0; i < n / 2; i += 1) {
    // Each from its own angle: products of roots would lose digits.
    cos[i] = Math.cos((2 * Math.PI * i) / n);
    sin[i] = direction * Math.sin((2 * Math.PI * i) / n);
  }
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k += 1) {
        const a = start + k;
        const b = a + half;
        const c = cos[k * stride]!;
        const s = sin[k * stride]!;
        const x = re[b]! * c - im[b]! * s;
        const y = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a] = re[a]! + x;
        im[a] = im[a]! + y;
      }
    }
  }
}

/**
 * Two real sequences, each convolved with itself `times` times (cyclically), at the price of one: one travels as the real part, the other
 * as the imaginary one.
 */
export function convolvePowers(first: Float64Array, second: Float64Array, times: number): void {
  const n = first.length;
  transform(first, second, -1);
  for (let i = 0; i <= n / 2; i += 1) {
    const j = (n - i) % n;
    // F = P + iR with P, R the transforms of real sequences: P(j) is the conjugate of P(i).
    const p = power((first[i]! + first[j]!) / 2, (second[i]! - second[j]!) / 2, times);
    const r = power((second[i]! + second[j]!) / 2, (first[j]! - first[i]!) / 2, times);
    first[i] = p.re - r.im;
    second[i] = p.im + r.re;
    first[j] = p.re + r.im;
    second[j] = r.re - p.im;
  }
  transform(first, second, 1);
  for (let i = 0; i < n; i += 1) {
    first[i] = first[i]! / n;
    second[i] = second[i]! / n;
  }
}

/** (re + i·im)^times by squaring. */
function power(re: number, im: number, times: number): { re: number; im: number } {
  let [x, y] = [1, 0];
  let [a, b] = [re, im];
  for (let left = times; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      const t = x * a - y * b;
      y = x * b + y * a;
      x = t;
    }
    const t = a * a - b * b;
    b = 2 * a * b;
    a = t;
  }
  return { re: x, im: y };
}
