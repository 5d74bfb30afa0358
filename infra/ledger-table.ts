import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/**
 * The record of every purchase: losing it is what could make us buy twice. Hence no deletion by mistake, nor with the
 * stack, recovery to any second of the last 35 days, and no TTL: a verdict that expired would be bought again.
 * It holds no secrets, so the key that DynamoDB owns is enough to encrypt it.
 */
export function createLedgerTable(scope: Construct, id: string): Table {
  const table = new Table(scope, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    // Alerts come in storms; provisioned capacity would throttle exactly then.
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  // For people who list jobs (functions/adapters/job-index.ts). Every JOB has these two attributes and no CLUSTER has.
  // The functions have no right to it: what an index says of a purchase may be old.
  table.addGlobalSecondaryIndex({
    indexName: 'byCluster',
    partitionKey: { name: 'cluster', type: AttributeType.STRING },
    sortKey: { name: 'at', type: AttributeType.NUMBER },
    // What a line of a listing shows. A projection cannot be changed later, only be made anew under another name.
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ['key', 'outcome', 'count', 'cost', 'taskId', 'reason', 'code', 'story', 'progress'],
  });
  return table;
}
