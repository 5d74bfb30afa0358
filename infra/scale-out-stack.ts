import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ConfigInput } from '../functions/domain/config/types.ts';
import { EdgeScaleOut } from './edge-scale-out.ts';

export interface ScaleOutStackProps extends StackProps {
  readonly config: ConfigInput;
  /** ARN of the stream of a restored table. */
  readonly restoredLedger?: string;
  /** Epoch milliseconds. */
  readonly now?: number;
}

/** The stack of this repository: nothing but the construct. */
export class ScaleOutStack extends Stack {
  readonly scaleOut: EdgeScaleOut;

  constructor(scope: Construct, id: string, { config, restoredLedger, now, ...props }: ScaleOutStackProps) {
    super(scope, id, { description: 'Buys nodes for ACK@Edge clusters when alerts ask for them', ...props });
    // CDK leaves `Default` out of logical ids: they are those of a stack that holds the resources itself.
    this.scaleOut = new EdgeScaleOut(this, 'Default', {
      ...config,
      configName: 'functions/config.ts',
      ...(restoredLedger !== undefined && { restoredLedger }),
      ...(now !== undefined && { now }),
    });
  }
}
