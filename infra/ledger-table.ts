import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ConfigError } from '../functions/domain/config/schema.ts';
import { acknowledge } from './acknowledge.ts';

/** What others need of it: whether this stack made it, or it was restored from a backup. */
export interface LedgerTable {
  readonly tableName: string;
  readonly tableArn: string;
  readonly tableStreamArn?: string | undefined;
  readonly encryptionKey?: IKey | undefined;
}

/**
 * The record of every purchase: losing it is what could make us buy twice. Hence no deletion by mistake, nor with the
 * stack, recovery to any second of the last 35 days, and no TTL: a verdict that expired would be bought again.
 * It holds no secrets, so the key that DynamoDB owns is enough to encrypt it.
 */
export function createLedgerTable(scope: Construct, id: string, encryptionKey: IKey | undefined): LedgerTable {
  const table = new Table(scope, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    // Alerts come in storms; provisioned capacity would throttle exactly then.
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    // A change of a job's state is the difference of two images.
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    ...(encryptionKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
  });
  // For people who list jobs (functions/adapters/ledger/job-index.ts). Every JOB has these two attributes and no CLUSTER has.
  // The functions have no right to it: what an index says of a purchase may be old.
  table.addGlobalSecondaryIndex({
    indexName: 'byCluster',
    partitionKey: { name: 'cluster', type: AttributeType.STRING },
    sortKey: { name: 'at', type: AttributeType.NUMBER },
    // What a line of a listing shows. A projection cannot be changed later, only be made anew under another name.
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ['key', 'outcome', 'count', 'cost', 'taskId', 'reason', 'code', 'story', 'progress', 'dryRun'],
  });
  acknowledge(table, {
    'NIST.800.53.R5-DynamoDBInBackupPlan':
      'Point-in-time recovery restores any second of the last 35 days. A daily copy would forget what was bought since, ' +
      'which is what must not be forgotten.',
  });
  return table;
}

/**
 * A table that was restored from the ledger's backup, in the place of the ledger. A restored table has neither stream
 * nor recovery nor protection until somebody turns them on (README.md, "Restore the ledger").
 * @param streamArn names both the table and its stream: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL
 * @throws ConfigError for what is no ARN of a stream
 */
export function restoredLedgerTable(
  scope: Construct,
  id: string,
  streamArn: string,
  encryptionKey: IKey | undefined,
): LedgerTable {
  if (!/^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[^/]+\/stream\/[^/]+$/.test(streamArn))
    throw new ConfigError(
      `restoredLedger: "${streamArn}" is no ARN of a table's stream; use LatestStreamArn of the table`,
    );
  const [tableArn = ''] = streamArn.split('/stream/');
  const key = encryptionKey && { encryptionKey };
  return Table.fromTableAttributes(scope, id, { tableArn, tableStreamArn: streamArn, ...key });
}
