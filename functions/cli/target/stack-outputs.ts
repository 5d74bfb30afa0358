import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
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
