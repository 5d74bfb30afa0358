// The reference: the same job from off-the-shelf parts, put together as their documentation has it. It has no limits, no
// policy and no doubts: Powertools' idempotency forgets a purchase whose answer was lost, and buys it again.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readFunctionConfig } from '../../../functions/adapters/config-file.ts';
import { scaleOut } from './scale-out.ts';

// A type, as the idempotency takes JSON values only.
type Job = { readonly key: string; readonly cluster: string; readonly add: number };

const config = readFunctionConfig(process.env);
const logger = new Logger({ serviceName: 'reference' });
const processor = new BatchProcessor(EventType.SQS);
const idempotency = new IdempotencyConfig({ eventKeyJmesPath: '[cluster, key]', throwOnNoIdempotencyKey: true });
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env['IDEMPOTENCY_TABLE_NAME'] ?? '' });

async function buy({ key, cluster, add }: Job): Promise<{ readonly taskId: string }> {
  const { id, region, worker } = config.clusters[cluster] ?? {};
  if (!id || !region || !worker) throw new Error(`no cluster ${cluster}`);
  const taskId = await scaleOut({ id, region, worker, count: add });
  logger.info('bought', { key, cluster, count: add, taskId });
  return { taskId };
}

const buyOnce = makeIdempotent(buy, { persistenceStore, config: idempotency });

async function handleRecord({ body, messageId }: SQSRecord): Promise<void> {
  const job: Job = JSON.parse(body);
  const { taskId } = await buyOnce(job);
  logger.info('done', { messageId, key: job.key, cluster: job.cluster, taskId });
}

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  idempotency.registerLambdaContext(context);
  return processPartialResponse(event, handleRecord, processor, { context });
}
