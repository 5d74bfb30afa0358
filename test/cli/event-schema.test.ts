import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { jobEventSchema } from '../../functions/domain/events/job-event-schema.ts';
import { anEvent } from '../support/events.ts';
import { expectSuccess, run, testWrongUsage } from './run.ts';

const states = jobEventSchema.def.options.flatMap(({ def }) => def.shape.state.def.values);
const outcome = await run('event-schema');
/** As a subscriber makes a check of it. */
const check = z.fromJSONSchema(JSON.parse(outcome.stdout));

test('prints nothing but the schema', () => {
  expectSuccess(outcome);
});

describe('the schema that it prints', () => {
  test.each(states)('takes an event of the state %s', (state) => {
    expect(check.safeParse(anEvent(state)).error).toBeUndefined();
  });

  test('takes a field that a later release may add', () => {
    expect(check.safeParse({ ...anEvent('bought'), priority: 'high' }).success).toBe(true);
  });

  test.each<[string, object]>([
    ['of another version', { version: 2 }],
    ['without a cluster', { cluster: undefined }],
    ['of a state that there is not', { state: 'lost' }],
    ['with an instant that is none', { at: 'yesterday' }],
    ['with half a node', { count: 1.5 }],
  ])('refuses an event %s', (_, of) => {
    expect(check.safeParse({ ...anEvent('bought'), ...of }).success).toBe(false);
  });

  test('describes every field and every state', () => {
    const { oneOf, ...head } = z
      .object({
        title: z.string(),
        $schema: z.string(),
        oneOf: z.array(
          z.object({ properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })) }),
        ),
      })
      .parse(JSON.parse(outcome.stdout));
    expect(head.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const undescribed = oneOf.flatMap(({ properties }) =>
      Object.entries(properties).flatMap(([name, { description }]) => (description === undefined ? [name] : [])),
    );
    // Their values say all.
    expect(new Set(undescribed)).toEqual(new Set(['version', 'limit', 'outcome']));
    expect(oneOf).toHaveLength(states.length);
  });
});

test('--json changes nothing', async () => {
  expect(await run('event-schema --json')).toEqual(outcome);
});

testWrongUsage({}, [['an argument', 'event-schema bought', "too many arguments for 'event-schema'"]]);
