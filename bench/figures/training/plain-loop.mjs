// What the pod's training is held against: columns, standardised into a matrix, and a loop over batches of it
// that gives the weights and the loss of the last epoch, as the pod does.

import { seeded } from '../../runner/seeded.mjs';

/** Columns of numbers, and last the class, 0 or 1, that a hidden line with some noise gives. **Shape** (features + 1) × (rows). */
export function makeColumns(rows, features, seed) {
  const random = seeded(seed);
  const columns = Array.from({ length: features }, (_, j) => Float64Array.from({ length: rows }, () => (random() - 0.5) * (j + 1)));
  const line = Array.from({ length: features }, () => random() * 4 - 2);
  const classes = Float64Array.from({ length: rows }, (_, i) => {
    let z = (random() - 0.5) * 2;
    for (let j = 0; j < features; j++) z += (line[j] * columns[j][i]) / (j + 1);
    return z > 0 ? 1 : 0;
  });
  return [...columns, classes];
}

/** Logistic regression by stochastic gradient descent, with the mean loss of the last epoch. **Shape** weights: (features + 1), the intercept last. */
export function plainTraining(columns, { features, epochs, batchSize, learningRate, seed }) {
  const y = columns[features];
  const rows = y.length;
  const x = new Float64Array(rows * features);
  for (let j = 0; j < features; j++) {
    const column = columns[j];
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += column[i];
    mean /= rows;
    let variance = 0;
    for (let i = 0; i < rows; i++) variance += (column[i] - mean) ** 2;
    const scale = 1 / Math.sqrt(variance / rows);
    for (let i = 0; i < rows; i++) x[i * features + j] = (column[i] - mean) * scale;
  }

  const random = seeded(seed);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const weights = new Float64Array(features + 1);
  const gradient = new Float64Array(features + 1);
  let loss = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = rows - 1; i > 0; i--) {
      const k = Math.floor(random() * (i + 1));
      const kept = order[i];
      order[i] = order[k];
      order[k] = kept;
    }
    loss = 0;
    for (let from = 0; from < rows; from += batchSize) {
      const to = Math.min(from + batchSize, rows);
      gradient.fill(0);
      for (let i = from; i < to; i++) {
        const base = order[i] * features;
        let z = weights[features];
        for (let j = 0; j < features; j++) z += weights[j] * x[base + j];
        const label = y[order[i]];
        const p = 1 / (1 + Math.exp(-z));
        loss -= Math.log(label === 1 ? p : 1 - p);
        const error = p - label;
        for (let j = 0; j < features; j++) gradient[j] += error * x[base + j];
        gradient[features] += error;
      }
      const length = learningRate / (to - from);
      for (let j = 0; j <= features; j++) weights[j] -= length * gradient[j];
    }
  }
  return { weights, loss: loss / rows };
}
