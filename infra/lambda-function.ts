// What all functions have in common: a bundle, a role with exact rights, a log of their own.
import { resolve } from 'node:path';
import { AssetHashType, DockerImage, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  type FunctionOptions,
  Function as Lambda,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { timings } from '../functions/domain/timings.ts';
import { acknowledge } from './acknowledge.ts';
import { bundleFunction, type FunctionName } from './bundle/bundle.ts';
import { messageKeyActions } from './customer-key.ts';

export function createFunction(
  scope: Construct,
  id: string,
  name: FunctionName,
  { key, environment, ...options }: FunctionOptions & { readonly key: IKey | undefined },
): Lambda {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    // Three months: long enough to see why the nodes on the last quarter's bill were bought.
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(key && { encryptionKey: key }),
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const lambda = new Lambda(scope, id, {
    code: bundledCode(name),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    // The share of a processor grows with it, and a cold start is all processor.
    memorySize: 512,
    timeout: Duration.millis(timings.functionTimeoutMs),
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
    // Two stacks in one account do not share their metrics.
    environment: { STACK_NAME: Stack.of(scope).stackName, ...environment },
    ...options,
  });
  // Instead of the managed policy for it, which lets a function write to every log group of the account.
  allow(lambda, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  if (key) allow(lambda, messageKeyActions, [key.keyArn]);
  acknowledgeFunction(lambda, role);
  return lambda;
}

export function allow(lambda: Lambda, actions: string[], resources: string[]): void {
  lambda.addToRolePolicy(new PolicyStatement({ actions, resources }));
}

/** CDK keeps one asset per source directory, so each function names its own; the bundle's bytes are the asset's hash. */
function bundledCode(name: FunctionName): Code {
  return Code.fromAsset(resolve(import.meta.dirname, '../functions', name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(outdir) {
          bundleFunction(name, outdir);
          return true;
        },
      },
    },
  });
}

function acknowledgeFunction(lambda: Lambda, role: Role): void {
  const deadLetters =
    'That keeps failed asynchronous invocations. Queue, stream and URL invoke synchronously and keep or repeat what ' +
    'failed; a failed minute of the reconciler is made good by the next one.';
  acknowledge(lambda, {
    'Serverless-LambdaDLQ': deadLetters,
    'NIST.800.53.R5-LambdaDLQ': deadLetters,
    'Serverless-LambdaTracing':
      'Log lines carry the key of the job and the id of the request, and follow a job through all functions; traces ' +
      'would need a right to all of X-Ray for less.',
    'NIST.800.53.R5-LambdaConcurrency':
      'A new account has ten executions at once and can reserve none. Those of the queue are limited by its event source.',
    'NIST.800.53.R5-LambdaInsideVPC':
      'It calls public APIs only, over TLS, and nothing can call into it. A VPC would add NAT gateways and protect nothing.',
  });
  acknowledge(role, {
    'NIST.800.53.R5-IAMNoInlinePolicy':
      'The policy belongs to this one role and is deleted with it; nobody can attach it elsewhere.',
  });
}
