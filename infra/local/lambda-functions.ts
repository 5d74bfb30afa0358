// The functions in the engine: bundled as for the deployment, with the environment of the stack.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineStackName } from '../../functions/cli/target/local-engine.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import { bundleFunction } from '../bundle/bundle.ts';
import { writeConfigFile } from '../bundle/config-file.ts';
import type { FunctionName } from '../bundle/function-names.ts';
import { copyBundle } from '../bundle/kept-bundle.ts';
import { account } from './aws-stand-ins/account.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { startFunctionProcess } from './function-process.ts';

interface LambdaFunctionsOptions {
  readonly timeoutMs: number;
  /** Whether a debugger can attach. */
  readonly inspect?: boolean;
  readonly endpoints: {
    readonly sqs: string;
    readonly sns: string;
    readonly dynamodb: string;
    readonly secretsManager: string;
    readonly cloudwatch: string;
    readonly ack: string;
    readonly sts?: string | undefined;
    readonly alibabaSts?: string | undefined;
  };
  readonly onLine: (name: FunctionName, line: string) => void;
  readonly config: Config;
}

interface LambdaFunctions {
  /** @param env as the stack sets it. Rejects when the function cannot be loaded. */
  start(name: FunctionName, size: number, env: Readonly<Record<string, string>>): Promise<FunctionPool>;
  /** Deletes the bundles. */
  close(): void;
}

export function createLambdaFunctions({
  timeoutMs,
  inspect = false,
  endpoints,
  onLine,
  config,
}: LambdaFunctionsOptions): LambdaFunctions {
  const home = mkdtempSync(join(tmpdir(), 'edge-scale-out-'));
  return {
    async start(name, size, stackEnv) {
      const directory = join(home, name);
      const file = inspect ? bundleFunction(name, directory, inspect).file : copyBundle(name, directory);
      writeConfigFile(name, directory, config);
      const env = { ...lambdaEnv(name, home), LAMBDA_TASK_ROOT: directory, ...endpointEnv(endpoints), ...stackEnv };
      const pool = createFunctionPool(size, () =>
        startFunctionProcess({ file, env, timeoutMs, inspect, onLine: (line) => onLine(name, line) }),
      );
      try {
        await pool.warm();
      } catch (error) {
        await pool.stop();
        throw error;
      }
      return pool;
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Nothing of the user's environment or home directory: with its AWS settings a function could reach a real account. */
function lambdaEnv(name: FunctionName, home: string): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env;
  return {
    PATH,
    ...(SystemRoot && { SystemRoot }),
    HOME: home,
    USERPROFILE: home,
    TZ: 'UTC',
    AWS_REGION: account.region,
    // Each function has a role of its own (aws-stand-ins/aws-sts.ts).
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: account.credentials.secretAccessKey,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    STACK_NAME: engineStackName,
  };
}

const endpointEnv = ({ ack, alibabaSts, ...aws }: LambdaFunctionsOptions['endpoints']) => ({
  AWS_ENDPOINT_URL_SQS: aws.sqs,
  AWS_ENDPOINT_URL_SNS: aws.sns,
  AWS_ENDPOINT_URL_DYNAMODB: aws.dynamodb,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.secretsManager,
  AWS_ENDPOINT_URL_CLOUDWATCH: aws.cloudwatch,
  ACK_ENDPOINT: ack,
  ...(aws.sts !== undefined && { AWS_ENDPOINT_URL_STS: aws.sts }),
  ...(alibabaSts !== undefined && { ALIBABA_STS_ENDPOINT: alibabaSts }),
});
