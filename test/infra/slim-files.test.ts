import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { runInThisContext } from 'node:vm';
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import is, { assert } from '@sindresorhus/is';
import { shortErrors } from '../../infra/bundle/slim-files.ts';
import ours, { assert as ourAssert } from '../../infra/bundle/type-checks.ts';

const values: readonly unknown[] = [
  undefined,
  null,
  '',
  'text',
  0,
  -1,
  1.5,
  Number.NaN,
  true,
  [],
  ['a'],
  {},
  Object.create(null),
  // biome-ignore lint/suspicious/noThenProperty: it is what is told apart.
  { then: () => undefined, catch: () => undefined },
  { pipe: () => undefined },
  () => undefined,
  Promise.resolve(),
  new URL('http://localhost'),
  new Uint8Array(),
  Buffer.from('a'),
  new PassThrough(),
  new Map(),
  new (class Own {})(),
  (function* none() {
    // Nothing.
  })(),
  (async function* none() {
    // Nothing.
  })(),
];

describe('the type checks of the bundle', () => {
  test.each(Object.keys(ours) as (keyof typeof ours)[])('tell as the package does: %s', (name) => {
    const told = (check: unknown) => values.map((value) => Boolean((check as (value: unknown) => unknown)(value)));
    expect(told(ours[name])).toEqual(told(is[name]));
  });

  test('are all that got uses', () => {
    const { resolve } = createRequire(import.meta.url);
    const got = new URL('.', `file://${resolve('got')}`);
    const files = ['create.js', 'core/options.js', 'core/index.js', 'core/errors.js', 'as-promise/index.js'];
    const utils = ['get-body-size.js', 'is-non-replayable-body.js'].map((file) => `core/utils/${file}`);
    const text = [...files, ...utils].map((file) => readFileSync(new URL(file, got), 'utf8')).join('\n');
    const used = (of: string) => [
      ...new Set([...text.matchAll(new RegExp(`\\b${of}\\.(\\w+)\\b`, 'g'))].map(([, name = '']) => name)),
    ];
    expect(used('is').filter((name) => name in is && !(name in ours))).toEqual([]);
    expect(used('assert').filter((name) => name in assert && !(name in ourAssert))).toEqual([]);
  });

  test('refuse what is of another type', () => {
    expect(() => ourAssert.any([ours.string, ours.undefined], 'a', undefined)).not.toThrow();
    expect(() => ourAssert.any([ours.string, ours.undefined], 'a', 1)).toThrow(TypeError);
    expect(() => (ourAssert as unknown as typeof assert).boolean(1)).toThrow('boolean');
  });
});

describe("the SDK's errors in the bundle", () => {
  const { resolve } = createRequire(import.meta.url);
  const packages = ['client-dynamodb', 'client-sqs', 'client-secrets-manager', 'client-cloudwatch'];
  const read = (name: string) => {
    const path = resolve(`@aws-sdk/${name}`).replace(/dist-cjs.*/, 'dist-es/models/errors.js');
    return { path, source: readFileSync(path, 'utf8') };
  };

  test.each(packages)('of %s are all there, with their names and faults', (name) => {
    const { path, source } = read(name);
    const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found);
    const short = shortErrors(source, path);
    expect(names(short, /export const (\w+) =/g)).toEqual(names(source, /export class (\w+) /g));
  });

  test('can be told apart, and are errors of the service', () => {
    const { path, source } = read('client-dynamodb');
    const text = shortErrors(source, path)
      .replace(/^import .*$/m, '')
      .replaceAll('export const ', 'made.');
    type ErrorClass = new (options: object) => DynamoDBServiceException;
    const made: Record<string, ErrorClass> = {};
    runInThisContext(`(__BaseException, made) => { ${text} }`)(DynamoDBServiceException, made);
    const { ConditionalCheckFailedException: Refused, InternalServerError: Failed } = made;
    if (!Refused || !Failed) throw new Error('both are there');
    const error = new Refused({ message: 'no', $metadata: {} });
    expect(error).toBeInstanceOf(Refused);
    expect(error).toBeInstanceOf(DynamoDBServiceException);
    expect(error).not.toBeInstanceOf(Failed);
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', $fault: 'client', message: 'no' });
    expect(new Failed({ message: 'oh', $metadata: {} })).toMatchObject({
      name: 'InternalServerError',
      $fault: 'server',
    });
  });

  test('of another form stop the bundler', () => {
    expect(() => shortErrors('export class A extends Error {}', 'errors.js')).toThrow('another form');
  });
});
