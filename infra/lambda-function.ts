// A Lambda function: its bundle, its role with exact rights, its log group.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, type FunctionOptions, Function as Lambda, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../functions/domain/config/types.ts';
import { timings } from '../functions/domain/timings.ts';
import { acknowledge } from './acknowledge.ts';
import type { FunctionName } from './bundle/function-names.ts';
import { messageKeyActions } from './customer-key.ts';
import { functionCode } from './function-code.ts';

interface FunctionParts {
  readonly key: IKey | undefined;
  readonly config: Config;
}

export function createFunction(
  scope: Construct,
  id: string,
  name: FunctionName,
  { key, config, environment, ...options }: FunctionOptions & FunctionParts,
): Lambda {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    // Long enough to explain the last quarter's bill.
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(key && { encryptionKey: key }),
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const lambda = new Lambda(scope, id, {
    code: functionCode(name, config),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    // More memory means more processor. For what waits for its answers only, 512 MB is enough (test/bench/RESULTS.md).
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
