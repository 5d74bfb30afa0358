// How far an alert of a group is beyond its threshold. Prometheus sends no operator: the alert fires, so the value is beyond
// the threshold. The config names where both are.
import type { LabelRules } from '../config/types.ts';
import { distanceBetween, readQuantity } from '../quantity.ts';
import { type JsonObject, own } from '../record.ts';
import type { AlertTexts } from './alert-texts.ts';

type Place = (texts: AlertTexts) => unknown;

/** For the alerts of one group. In the metric's unit, never negative; undefined where it is not told. */
export function createLabelledBreach(names: LabelRules): (texts: AlertTexts) => number | undefined {
  const [valueAt, thresholdAt] = [names.value.flatMap(placesOf), names.threshold.flatMap(placesOf)];
  return (texts) => {
    const threshold = firstQuantity(texts, thresholdAt);
    if (threshold === undefined) return undefined;
    const value = firstQuantity(texts, valueAt) ?? onlyMeasurement(texts.values);
    return value === undefined ? undefined : distance(value, threshold);
  };
}

const onlyAnnotation = /^annotations\.(.+)$/s;

/** `annotations.value` is read there only; any other name from annotations, labels and Grafana's query letters. */
function placesOf(name: string): readonly Place[] {
  const [, annotation] = onlyAnnotation.exec(name) ?? [];
  if (annotation !== undefined) return [({ annotations }) => own(annotations, annotation)];
  return [
    ({ annotations }) => own(annotations, name),
    ({ labels }) => own(labels, name),
    ({ values }) => own(values, name),
  ];
}

interface Quantity {
  readonly number: number;
  readonly isPercentage: boolean;
}

function firstQuantity(texts: AlertTexts, places: readonly Place[]): Quantity | undefined {
  for (const place of places) {
    const given = place(texts);
    if (given === undefined) continue;
    const number = readQuantity(given);
    if (number !== undefined)
      return { number, isPercentage: typeof given === 'string' && given.trimEnd().endsWith('%') };
  }
  return undefined;
}

/** Grafana's values also have conditions, which are 0 or 1. Only a single measurement is certain. */
function onlyMeasurement(values: JsonObject): Quantity | undefined {
  let only: number | undefined;
  for (const letter in values) {
    const number = readQuantity(values[letter]);
    if (number === undefined || number === 0 || number === 1 || number === only) continue;
    if (only !== undefined) return undefined;
    only = number;
  }
  return only === undefined ? undefined : { number: only, isPercentage: false };
}

function distance(value: Quantity, threshold: Quantity): number | undefined {
  // 0.95 beside 90 % may be a ratio: the distance is not known.
  const mixed = value.isPercentage !== threshold.isPercentage;
  if (mixed && Math.abs((value.isPercentage ? threshold : value).number) <= 1) return undefined;
  return distanceBetween(value.number, threshold.number);
}
