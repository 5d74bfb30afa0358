import { expect, test } from '@jest/globals';
import { parseAlert } from '../../../../functions/domain/alerts/parse-alert.ts';
import { alarmEvent, alarmNotification } from '../../../../infra/local/demo/alarm-messages.ts';
import { configOf } from './fixtures.ts';

const alarms = [{ name: 'load-*', steps: [{ lowerBound: 0, add: 1 }] }];
const transition = { alarm: 'load-high', by: 2.5, at: Date.parse('2026-03-01T12:00:00.123Z') };
const context = { config: configOf({ 'edge-test': { alarms } }), now: transition.at };

test('both envelopes of a transition are one job, of the same size', () => {
  const throughSns = parseAlert(alarmNotification(transition).message, context);
  const throughEventBridge = parseAlert(alarmEvent(transition, 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92'), context);
  expect(throughSns).toEqual(throughEventBridge);
  expect(throughSns).toMatchObject({
    kind: 'jobs',
    jobs: [
      {
        key: 'cloudwatch/edge-test/arn:aws:cloudwatch:us-east-1:000000000000:alarm:load-high/2026-03-01T12:00:00.123Z',
        intent: { kind: 'breach', alarm: 'load-high', by: 2.5 },
      },
    ],
  });
});
