import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { createRedactor, listProblems } from '../../functions/domain/problems.ts';
import { testProperty } from '../support/test-property.ts';

const months = z.number('use 1 to 12').check(z.refine((n) => n >= 1 && n <= 12, 'use 1 to 12'));

function problemsOf(schema: z.core.$ZodType, input: unknown, secret: readonly string[] = []): string[] {
  const parsed = z.safeParse(schema, input);
  return parsed.success ? [] : listProblems(parsed.error.issues, input, { secret });
}

describe('listProblems', () => {
  test('says the field, its value and what the schema allows', () => {
    expect(problemsOf(z.object({ period: months }), { period: 13 })).toEqual([
      'period: 13 is not allowed; use 1 to 12',
    ]);
  });

  test('tells a missing field from a wrong one', () => {
    expect(problemsOf(z.object({ period: months }), {})).toEqual(['period: missing; use 1 to 12']);
    expect(problemsOf(z.object({ period: months }), { period: null })).toEqual([
      'period: null is not allowed; use 1 to 12',
    ]);
  });

  test('lists every wrong field at once', () => {
    const schema = z.object({ a: months, b: months, c: months });
    expect(problemsOf(schema, { a: 0, b: 1, c: '1' })).toEqual([
      'a: 0 is not allowed; use 1 to 12',
      'c: "1" is not allowed; use 1 to 12',
    ]);
  });

  test('says a thing once when two checks of a field find it', () => {
    const twice = z.string().check(
      z.regex(/^a/, 'use a word with a'),
      z.refine((text) => text.includes('a'), 'use a word with a'),
    );
    expect(problemsOf(z.object({ word: twice }), { word: 'b' })).toEqual([
      'word: "b" is not allowed; use a word with a',
    ]);
  });

  test('writes paths as code would: dots for names, brackets for positions and for odd names', () => {
    const schema = z.record(z.string(), z.object({ steps: z.array(z.object({ add: months })) }));
    expect(problemsOf(schema, { 'my-shop': { steps: [{ add: 1 }, { add: 99 }] }, 'a b': { steps: [{}] } })).toEqual([
      'my-shop.steps[1].add: 99 is not allowed; use 1 to 12',
      '["a b"].steps[0].add: missing; use 1 to 12',
    ]);
  });

  test('names each unknown key', () => {
    expect(problemsOf(z.object({ worker: z.strictObject({}) }), { worker: { perod: 1, 'x y': 2 } })).toEqual([
      'worker.perod: not known; remove it or correct its name',
      'worker["x y"]: not known; remove it or correct its name',
    ]);
  });

  test('says which names a record allows', () => {
    const schema = z.record(z.string().check(z.regex(/^[a-z]+$/, 'use lower-case letters')), months);
    expect(problemsOf(schema, { Shop: 1 })).toEqual(['Shop: the name is not allowed; use lower-case letters']);
  });

  test('reports the branch of a union whose type fits', () => {
    const either = z.union([z.string(), z.strictObject({ a: months, b: months }), z.strictObject({ a: months })]);
    expect(problemsOf(z.object({ one: either }), { one: { a: 'x' } })).toEqual([
      'one.a: "x" is not allowed; use 1 to 12',
    ]);
  });

  test('says what each branch of a union allows when no type fits', () => {
    expect(problemsOf(z.object({ one: z.union([z.string(), z.number()]) }), { one: true })).toEqual([
      'one: true is not allowed; use a value of type string or use a value of type number',
    ]);
  });

  test('prefers the text of a union to those of its branches', () => {
    const either = z.union([z.string(), z.number()], 'use a name or a number');
    expect(problemsOf(z.object({ one: either }), { one: true })).toEqual([
      'one: true is not allowed; use a name or a number',
    ]);
  });

  test('lists the discriminators of a union', () => {
    const shape = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a') }),
      z.object({ kind: z.literal('b') }),
    ]);
    expect(problemsOf(shape, { kind: 'c' })).toEqual(['kind: "c" is not allowed; use "a" or "b"']);
  });

  test.each([
    ['use a value of type string', z.string()],
    ['use 1 or "x"', z.literal([1, 'x'])],
    ['use at least 8', z.number().check(z.minimum(8))],
    ['use at most 5', z.number().check(z.maximum(5))],
    ['use another value', z.number().check(z.multipleOf(4))],
  ])('says "%s" for a schema without a text', (allowed, schema) => {
    expect(problemsOf(z.object({ a: schema }), { a: 7 })).toEqual([`a: 7 is not allowed; ${allowed}`]);
  });

  test('speaks of the whole value when that is wrong', () => {
    expect(problemsOf(z.object({}), null)).toEqual([
      'the whole value: null is not allowed; use a value of type object',
    ]);
  });

  test('cuts long values', () => {
    const [line = ''] = problemsOf(z.object({ a: months }), { a: 'x'.repeat(1000) });
    expect(line).toBe(`a: "${'x'.repeat(59)}… is not allowed; use 1 to 12`);
  });

  test('names objects and lists instead of showing what is in them', () => {
    expect(problemsOf(z.object({ a: months, b: months }), { a: { pw: 'canary' }, b: ['canary'] })).toEqual([
      'a: an object is not allowed; use 1 to 12',
      'b: a list is not allowed; use 1 to 12',
    ]);
  });

  test('never shows the value of a secret, at any depth', () => {
    const schema = z.object({ password: months, inner: z.object({ password: z.object({ old: months }) }) });
    const input = { password: 'canary', inner: { password: { old: 'canary' } } };
    expect(problemsOf(schema, input, ['password'])).toEqual([
      'password: the value is not allowed; use 1 to 12',
      'inner.password.old: the value is not allowed; use 1 to 12',
    ]);
  });
});

describe('createRedactor', () => {
  const secret = `aZ9()~!@#$%^&*-_+=|{}[]:;'<>,.?/`;
  const unicode = (text: string) =>
    text.replace(/[^A-Za-z0-9]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

  test.each([
    ['plain', secret],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['with escaped slashes', secret.replaceAll('/', '\\/')],
    ['with slashes escaped twice', secret.replaceAll('/', '\\\\/')],
    ['in JSON made safe for HTML', unicode(secret)],
    ['in JSON inside of JSON', unicode(secret).replaceAll('\\', '\\\\')],
    ['in upper-case escapes', unicode(secret).replace(/[0-9a-f]{4}/g, (hex) => hex.toUpperCase())],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL inside of a URL', encodeURIComponent(encodeURIComponent(secret))],
    [
      'in HTML',
      secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&#39;'),
    ],
  ])('finds a secret %s', (_spelling, spelt) => {
    expect(createRedactor([secret])(`before ${spelt} after ${spelt}`)).toBe('before [secret] after [secret]');
  });

  test.each(['', ' & more'])('finds it in any case, in a text that ends in %j', (end) => {
    expect(createRedactor(['Hello1234.'])(`HELLO1234. hello1234. Hello1234x${end}`)).toBe(
      `[secret] [secret] Hello1234x${end}`,
    );
  });

  test('leaves JSON readable', () => {
    const body = JSON.stringify({ code: 'InvalidParameter', message: `body was ${JSON.stringify({ pw: secret })}` });
    expect(JSON.parse(createRedactor([secret])(body))).toEqual({
      code: 'InvalidParameter',
      message: 'body was {"pw":"[secret]"}',
    });
  });

  testProperty('leaves a text without secrets as it is', { of: [fc.string()] }, (text) => {
    expect(createRedactor(['Hello1234!', ''])(text)).toBe(text);
  });

  test('hides every secret of several', () => {
    expect(createRedactor(['key-one', 'key-two'])('key-one and key-two')).toBe('[secret] and [secret]');
  });

  test('takes a body of nothing but backslashes in its stride', () => {
    const body = '\\'.repeat(4 * 1024 * 1024);
    expect(createRedactor(['Hello1234!'])(body)).toBe(body);
  });
});
