/**
 * Examples that a model reads without copying them.
 * **Shape** `x` (rows × width) row after row, `y` (rows), `order` row numbers, of which `from` … `to` − 1 count.
 */
export interface Batch {
  x: Float64Array;
  y: Float64Array;
  order: Int32Array;
  from: number;
  to: number;
}

/** `outputs` is the number of classes, or 1 for a regression. */
export interface ModelShape {
  width: number;
  outputs: number;
}

/**
 * A model of a fixed shape; weights live outside it. It keeps scratch space, so one instance serves one computation at a time.
 */
export interface Model extends ModelShape {
  readonly name: string;
  readonly learns: 'classification' | 'regression';
  /** Numbers in a vector of weights. */
  readonly size: number;
  /** The weights that training starts from. */
  initial(): Float64Array;
  /** The batch's mean loss plus the penalty; overwrites `gradient`. Allocates nothing. Trusts its input, which `train` has checked. */
  lossAndGradient(batch: Batch, weights: Float64Array, gradient: Float64Array): number;
  /** Numbers in a row's residual: one for each of more than two classes, else 1. */
  readonly residuals: number;
  /**
   * The derivative of a row's loss by its linear scores, into `residual`: the row's gradient, penalty apart, is the outer product of this and
   * (row, 1), in the order of the weights. Trusts its input.
   */
  residualOf(x: Float64Array, y: Float64Array, row: number, weights: Float64Array, residual: Float64Array): void;
  /** Adds the gradient of the penalty, in which no row has a part. */
  addPenalty(weights: Float64Array, gradient: Float64Array): void;
  /**
   * **Shape** regression: (rows) values. Two classes: (rows) probabilities of class 1. More: (rows × outputs) probabilities.
   * **Throws** `usage.invalid` for arrays of another shape, `data.not-finite` for features, weights or results that are not finite.
   */
  predict(x: Float64Array, weights: Float64Array): Float64Array;
}

/** One kind of model: what an element wraps. */
export interface ModelFamily<Options> {
  readonly name: string;
  readonly learns: 'classification' | 'regression';
  size(shape: ModelShape): number;
  /** **Throws** `usage.invalid` for a shape or options that make no model. */
  create(shape: ModelShape, options?: Options): Model;
}
