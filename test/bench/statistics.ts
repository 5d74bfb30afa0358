export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Half of the distance between the quartiles, as a share of the median: how much the samples differ. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}

/** Between two samples it is where a straight line is. NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** By how much y grows with each unit of x, by least squares. */
export function slope(points: readonly Point[]): number {
  const x = sum(points.map((point) => point.x)) / points.length;
  const y = sum(points.map((point) => point.y)) / points.length;
  const along = sum(points.map((point) => (point.x - x) * (point.y - y)));
  return along / sum(points.map((point) => (point.x - x) ** 2));
}

/** The power of x with which y grows from the one point to the other: 1 for linear growth, 0 for none. */
export function exponent(from: Point, to: Point): number {
  return Math.log(to.y / from.y) / Math.log(to.x / from.x);
}
