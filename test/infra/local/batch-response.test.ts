import { describe, expect, test } from '@jest/globals';
import { judgeBatch } from '../../../infra/local/batch-response.ts';

const batch = ['a', 'b', 'c'];

describe('nothing has failed', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('for %s', (_, response) => {
    expect(judgeBatch(response, batch)).toEqual({ kind: 'judged', failed: new Set() });
  });
});

test('the named messages have failed', () => {
  const response = { batchItemFailures: [{ itemIdentifier: 'c' }, { itemIdentifier: 'a' }] };
  expect(judgeBatch(response, batch)).toEqual({ kind: 'judged', failed: new Set(['a', 'c']) });
});

describe('the whole batch has failed', () => {
  test.each([
    ['text', 'ok'],
    ['a list that is none', { batchItemFailures: 'a' }],
    ['an item that is no object', { batchItemFailures: ['a'] }],
    ['an item with another key', { batchItemFailures: [{ messageId: 'a' }] }],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['an identifier of no message in it', { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'z' }] }],
  ])('for %s', (_, response) => {
    expect(judgeBatch(response, batch).kind).toBe('failed');
  });
});
