// A Lambda function: its bundle, its role with exact rights, its log group.
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
    // Long enough to explain the last quarter's bill.
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
    // More memory means more processor for the cold start.
    memorySize: 512,
    timeout: Duration.millis(timings.functionTimeoutMs),
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
    // The dimension of the metrics.
    environment: { STACK_NAME: Stack.of(scope).stackName, ...environment },
    ...options,
  });
  // The managed policy would allow every log group of the account.
  allow(lambda, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  if (key) allow(lambda, messageKeyActions, [key.keyArn]);
  acknowledgeFunction(lambda, role);
  return lambda;
}

export function allow(lambda: Lambda, actions: string[], resources: string[]): void {
  lambda.addToRolePolicy(new PolicyStatement({ actions, resources }));
}

/** CDK keeps one asset per source directory, so each function has its own. */
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
    'It is for asynchronous invocations. Queue, stream and URL invoke synchronously and repeat failures; the next run of ' +
    'the reconciler repeats a failed one.';
  acknowledge(lambda, {
    'Serverless-LambdaDLQ': deadLetters,
    'NIST.800.53.R5-LambdaDLQ': deadLetters,
    'Serverless-LambdaTracing':
      'Log lines have the key of the job and the id of the request, for all functions. Traces would need a right to all ' +
      'of X-Ray.',
    'NIST.800.53.R5-LambdaConcurrency':
      'A new account has a concurrency of ten and can reserve none. The event source limits the queue function.',
    'NIST.800.53.R5-LambdaInsideVPC':
      'It calls public APIs over TLS, and accepts no connections. A VPC would add NAT gateways and protect nothing.',
  });
  acknowledge(role, {
    'NIST.800.53.R5-IAMNoInlinePolicy': 'The policy belongs to this role only and is deleted with it.',
  });
}
