import { expect, test } from '@jest/globals';
import { decisionRecord } from '../../../functions/domain/job/decision-record.ts';
import { aBasis, aJob, minute, sampleAt } from '../../support/samples.ts';

const decision = { why: 'add 3; buy 3', basis: aBasis() };

test('a story is what arrived, and what was decided on which grounds', () => {
  expect(decisionRecord(aJob(), decision, sampleAt + minute)).toEqual({
    source: 'manual',
    intent: { kind: 'add', nodes: 3 },
    reason: 'the sale starts',
    occurredAt: sampleAt,
    decidedAt: sampleAt + minute,
    decision: 'add 3; buy 3',
    basis: aBasis(),
  });
});

test('a story names the person who asked, where one did', () => {
  expect(decisionRecord(aJob({ requestedBy: 'Li Wei' }), decision, sampleAt)).toMatchObject({ requestedBy: 'Li Wei' });
  expect(decisionRecord(aJob(), decision, sampleAt)).not.toHaveProperty('requestedBy');
});

test('a story of an alarm that was asked again tells when it went off', () => {
  const job = aJob({ occurredAt: sampleAt + minute, since: sampleAt });
  expect(decisionRecord(job, decision, sampleAt + minute)).toMatchObject({ occurredAt: sampleAt });
});
