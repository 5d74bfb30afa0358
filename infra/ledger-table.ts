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

/** Created by this stack, or restored from a backup. */
export interface LedgerTable {
  readonly tableName: string;
  readonly tableArn: string;
  readonly tableStreamArn?: string | undefined;
  readonly encryptionKey?: IKey | undefined;
}

/**
 * The record of every purchase: its loss could cause a second purchase. So it is protected from deletion, kept with the
 * stack gone, recoverable for 35 days, and without TTL. It holds no secrets: DynamoDB's own key is enough.
 */
export function createLedgerTable(scope: Construct, id: string, encryptionKey: IKey | undefined): LedgerTable {
  const table = new Table(scope, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    // Alerts come in bursts.
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    ...(encryptionKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
  });
  // For people who list jobs (functions/adapters/ledger/job-index.ts). Every JOB has these two attributes and no CLUSTER has.
  // The functions have no right to it: what an index says of a purchase may be old.
  table.addGlobalSecondaryIndex({
    indexName: 'byCluster',
    partitionKey: { name: 'cluster', type: AttributeType.STRING },
    sortKey: { name: 'at', type: AttributeType.NUMBER },
    // A projection cannot be changed later.
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ['key', 'outcome', 'count', 'cost', 'taskId', 'reason', 'code', 'story', 'progress', 'dryRun'],
  });
  acknowledge(table, {
    'NIST.800.53.R5-DynamoDBInBackupPlan':
      'Point-in-time recovery restores any second of the last 35 days. A daily backup would lack the latest purchases.',
  });
  return table;
}

/**
 * A restored table as the ledger. Stream, recovery and protection must be turned on by hand (infra/README.md, "Restore the
 * ledger"). @param streamArn arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL
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
