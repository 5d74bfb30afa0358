import { afterAll, describe, expect, test } from '@jest/globals';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { existingAlarmApp } from '../../infra/examples/existing-alarm.ts';
import { smallestApp } from '../../infra/examples/smallest-app.ts';
import { twoClusters } from '../../infra/examples/two-clusters.ts';
import { createApp, removeOutput } from './synthesized.ts';

afterAll(removeOutput);

const examples: readonly (readonly [string, (app: App) => Stack])[] = [
  ['the smallest app', smallestApp],
  ['two clusters', twoClusters],
  ['an existing alarm', existingAlarmApp],
];

describe.each(examples)('%s', (_name, create) => {
  const stack = create(createApp());

  test('is synthesized without a warning', () => {
    expect(Object.keys(Template.fromStack(stack).findOutputs('QueueUrl'))).toEqual(['QueueUrl']);
    expect(
      stack.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:warning')),
    ).toEqual([]);
  });

  test.each([AwsSolutionsChecks, ServerlessChecks, NIST80053R5Checks].map((Pack) => [Pack.name, Pack] as const))(
    '%s finds nothing in it',
    (_pack, Pack) => {
      expect(new Pack().validateScope(stack).violations).toEqual([]);
    },
  );
});
