import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/**
 * The record of every purchase: losing it is what could make us buy twice. Hence no deletion by mistake, nor with the
 * stack, recovery to any second of the last 35 days, and no TTL: a verdict that expired would be bought again.
 * It holds no secrets, so the key that DynamoDB owns is enough to encrypt it.
 */
export function createLedgerTable(scope: Construct, id: string): Table {
  return new Table(scope, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    // Alerts come in storms; provisioned capacity would throttle exactly then.
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
