import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { isObject, own, parseJson } from '../../domain/record.ts';
import { UsageError } from '../terminal/errors.ts';
import { awsCalls } from './aws-calls.ts';
import type { AwsOptions, StackOutputs } from './target.ts';

/** @throws UsageError when there is no such stack; otherwise what the SDK throws */
export async function readStackOutputs(stack: string, aws: AwsOptions): Promise<StackOutputs> {
  const client = new CloudFormationClient({ ...aws, ...awsCalls });
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    // CloudFormation has no error code for a missing stack.
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist'))
      throw new UsageError(
        `--stack: ${stack} does not exist in ${await client.config.region()}; check the name, --region and --profile`,
      );
    throw error;
  }
}

/** As infra/edge-scale-out.ts names it. */
const configMetadataKey = 'EdgeScaleOutConfig';

/** @param resource its logical id @returns the text that the functions of the stack have as a file @throws Error where it is not there */
export async function readStackConfig(stack: string, resource: string, aws: AwsOptions): Promise<string> {
  const client = new CloudFormationClient({ ...aws, ...awsCalls });
  const { StackResourceDetail: found } = await client.send(
    new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: resource }),
  );
  const metadata = parseJson(found?.Metadata ?? '');
  const text = isObject(metadata) ? own(metadata, configMetadataKey) : undefined;
  if (typeof text === 'string') return text;
  throw new Error(`the metadata of ${resource} has no ${configMetadataKey}`);
}
