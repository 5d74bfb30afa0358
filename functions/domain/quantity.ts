const decimal = /^[-+]?\d{1,30}(?:\.\d{0,30})?(?:[eE][-+]?\d{1,3})?$/;

/** A JSON number, or a text such as `97.39` or `80 %`. No other unit: 1500Mi is not above 1Gi. */
export function readQuantity(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 80) return undefined;
  const trimmed = value.trim();
  const isPercentage = trimmed.endsWith('%');
  const text = isPercentage ? trimmed.slice(0, -1).replace(/\s$/, '') : trimmed;
  if (!decimal.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

export type Comparison = '>' | '>=' | '<' | '<=';

/** Never negative; undefined when the value is not beyond the threshold. */
export function distanceBeyond(value: number, comparison: Comparison, threshold: number): number | undefined {
  const isBeyond = {
    '>': value > threshold,
    '>=': value >= threshold,
    '<': value < threshold,
    '<=': value <= threshold,
  }[comparison];
  return isBeyond ? distanceBetween(value, threshold) : undefined;
}

/** Limits of DynamoDB and its client. */
export const largestDistance = Number.MAX_SAFE_INTEGER;
export const smallestDistance = 1e-100;

/** Twelve digits: 0.3 - 0.1 must be 0.2, where a step may begin. */
export function distanceBetween(value: number, threshold: number): number | undefined {
  const distance = Math.abs(value - threshold);
  if (!Number.isFinite(distance)) return undefined;
  if (distance < smallestDistance) return 0;
  // A whole number has nothing to round, and printing one takes long.
  const rounded = distance < 1e12 && Number.isInteger(distance) ? distance : Number(distance.toPrecision(12));
  return Math.min(rounded, largestDistance);
}
