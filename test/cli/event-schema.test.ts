import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { jobEventSchema } from '../../functions/domain/events/job-event-schema.ts';
import { anEvent } from '../support/events.ts';
import { createProject, type Project } from './support.ts';

jest.setTimeout(60_000);

const states = jobEventSchema.def.options.flatMap(({ def }) => def.shape.state.def.values);
let project: Project;
/** As a subscriber makes a check of it. */
let check: z.ZodType;
let printed = '';
beforeAll(async () => {
  project = createProject();
  const { code, stdout, stderr } = await project.run(['event-schema']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  printed = stdout;
  check = z.fromJSONSchema(JSON.parse(stdout));
});
afterAll(() => project.remove());

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
      .parse(JSON.parse(printed));
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
  expect((await project.run(['event-schema', '--json'])).stdout).toBe(printed);
});

test('an argument is wrong usage', async () => {
  const { code, stdout, stderr } = await project.run(['event-schema', 'bought']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain("too many arguments for 'event-schema'");
});
