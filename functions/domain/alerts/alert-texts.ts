import { isObject, type JsonObject, own } from '../record.ts';

/** The parts of a group's alert that tell where it belongs, and how much it is about. */
export interface AlertTexts {
  readonly labels: JsonObject;
  readonly annotations: JsonObject;
  /** Grafana only: query letter to number. */
  readonly values: JsonObject;
}

/** What is no object counts as empty. */
export function textsOf(alert: JsonObject): AlertTexts {
  return {
    labels: objectAt(alert, 'labels'),
    annotations: objectAt(alert, 'annotations'),
    values: objectAt(alert, 'values'),
  };
}

const empty: JsonObject = {};

function objectAt(alert: JsonObject, name: keyof AlertTexts): JsonObject {
  const value = own(alert, name);
  return isObject(value) ? value : empty;
}
