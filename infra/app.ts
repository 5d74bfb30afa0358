import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { config } from '../functions/config.ts';
import { ScaleOutStack } from './scale-out-stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
// `cdk deploy -c stack=EdgeScaleOutTest` makes a second system beside the first.
const name: unknown = app.node.tryGetContext('stack');
new ScaleOutStack(app, typeof name === 'string' ? name : 'EdgeScaleOut', { config });
