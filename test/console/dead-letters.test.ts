// What was not delivered is beside the dead letters, where a stack keeps it.
import { expect, test } from '@jest/globals';
import { renderDeadLetters } from '../../functions/console/views/dead-letters.ts';
import { sampleAt } from '../support/samples.ts';

const view = { now: sampleAt, timeZone: 'UTC', mayAct: true, flags: ' --stack Edge' };
const command = 'DEAD_LETTER_QUEUE_URL=https://sqs.example/undelivered npx scale-out dlq list';
const none = { waiting: 0, inWork: 0, delayed: 0 };
const page = (of: Parameters<typeof renderDeadLetters>[0]): string => renderDeadLetters(of, view).toString();

test.each([
  [{ ...none, waiting: 3 }, '3 messages, about, that did not come to the alert queue'],
  [none, 'Everything was delivered'],
  [{ unknown: 'AccessDenied: <no>' }, 'They cannot be counted: AccessDenied: &lt;no&gt;'],
])('%j', (counts, says) => {
  for (const letters of [undefined, []]) {
    const shown = page({ counts: none, undelivered: { counts, command }, letters });
    expect(shown).toContain(says);
    expect(shown).toContain(`<code>${command}</code>`);
  }
});

test('an engine has no such queue', () => {
  expect(page({ counts: none })).not.toContain('Not delivered');
});
