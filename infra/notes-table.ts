import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * Notes on jobs that wait and on alerts that ended (functions/adapters/notes). It may be lost, so nothing protects it from
 * deletion and nothing is recovered: no note decides whether something was bought. Without notes a job that waits may be put
 * on the queue once more, under the same key, and one whose alert ended buys as if its sender told of no ends.
 */
export function createNotesTable(scope: Construct, id: string, encryptionKey: IKey | undefined): Table {
  const table = new Table(scope, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
  });
  // For people who list jobs, as that of the ledger.
  table.addGlobalSecondaryIndex({
    indexName: 'byCluster',
    partitionKey: { name: 'cluster', type: AttributeType.STRING },
    sortKey: { name: 'at', type: AttributeType.NUMBER },
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ['key', 'outcome', 'reason', 'story'],
  });
  const lost = 'Its items expire within days, and no purchase depends on them: there is nothing to recover.';
  acknowledge(table, {
    'AwsSolutions-DDB3': lost,
    'NIST.800.53.R5-DynamoDBInBackupPlan': lost,
    'NIST.800.53.R5-DynamoDBPITREnabled': lost,
  });
  return table;
}
