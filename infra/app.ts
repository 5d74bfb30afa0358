import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { config } from '../functions/config.ts';
import { ScaleOutStack } from './scale-out-stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app), new NIST80053R5Checks(app));
const context = (name: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
};
// `cdk deploy -c stack=EdgeScaleOutTest` makes a second system beside the first.
const restoredLedger = context('restoredLedger');
new ScaleOutStack(app, context('stack') ?? 'EdgeScaleOut', { config, ...(restoredLedger && { restoredLedger }) });
