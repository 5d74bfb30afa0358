// Replaces @sindresorhus/is in the bundle, of which got uses these checks: the package also has a hundred others, and prose for each.
// The bundler refuses one that is missing here only where it is imported by name, so the test compares them with the package's.
import { Buffer } from 'node:buffer';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const isObject = (value: unknown): value is object =>
  value !== null && (typeof value === 'object' || typeof value === 'function');
const has = (value: unknown, name: PropertyKey): boolean => isFunction(Object(value ?? {})[name]);
const isTagged = (value: unknown, tag: string): boolean => Object.prototype.toString.call(value) === `[object ${tag}]`;

export const isBuffer = (value: unknown): boolean => Buffer.isBuffer(value);

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: object | null = Object.getPrototypeOf(value);
  const isPlain = prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
  return isPlain && !(Symbol.toStringTag in value) && !(Symbol.iterator in value);
}

const isIterable = (value: unknown): boolean => has(value, Symbol.iterator);
const isAsyncIterable = (value: unknown): boolean => has(value, Symbol.asyncIterator);

const checks = {
  array: (value: unknown, check?: (one: unknown) => boolean) =>
    Array.isArray(value) && (check === undefined || value.every((one) => check(one))),
  asyncGenerator: (value: unknown) => isAsyncIterable(value) && has(value, 'next') && has(value, 'throw'),
  asyncIterable: isAsyncIterable,
  boolean: (value: unknown) => typeof value === 'boolean',
  buffer: isBuffer,
  function: isFunction,
  generator: (value: unknown) => isIterable(value) && has(value, 'next') && has(value, 'throw'),
  iterable: isIterable,
  nodeStream: (value: unknown) => isObject(value) && has(value, 'pipe'),
  nonEmptyString: (value: unknown) => typeof value === 'string' && value.length > 0,
  nonNegativeInteger: (value: unknown) => Number.isInteger(value) && Number(value) >= 0,
  null: (value: unknown) => value === null,
  number: (value: unknown) => typeof value === 'number' && !Number.isNaN(value),
  object: isObject,
  plainObject: isPlainObject,
  promise: (value: unknown) => isTagged(value, 'Promise') || (has(value, 'then') && has(value, 'catch')),
  string: (value: unknown) => typeof value === 'string',
  truthy: Boolean,
  uint8Array: (value: unknown) => isTagged(value, 'Uint8Array'),
  undefined: (value: unknown) => value === undefined,
  urlInstance: (value: unknown) => isTagged(value, 'URL'),
};

function refuse(what: string): never {
  throw new TypeError(`Expected value which is \`${what}\``);
}

/** Throw where the value is not of the type. */
export const assert = {
  ...Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [
      name,
      (value: unknown) => {
        if (!check(value)) refuse(name);
      },
    ]),
  ),
  any(allowed: readonly ((value: unknown) => boolean)[], ...values: readonly unknown[]) {
    if (!values.every((value) => allowed.some((check) => check(value)))) refuse('of another type');
  },
};

// biome-ignore lint/style/noDefaultExport: the package it stands for has one, and got imports it.
export default checks;
