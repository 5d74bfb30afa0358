import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { config } from '../functions/config.ts';
import { ConfigError } from '../functions/domain/config/schema.ts';
import { stackNameProblem } from '../functions/domain/config/stack-schema.ts';
import { ScaleOutStack } from './scale-out-stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app), new NIST80053R5Checks(app));

try {
  // `cdk deploy -c stack=EdgeScaleOutTest` makes a second system beside the first, with a ledger of its own.
  const [name = 'EdgeScaleOut', restoredLedger] = [context('stack'), context('restoredLedger')];
  const problem = stackNameProblem(name);
  if (problem !== undefined) throw new ConfigError(`the context value stack is ${JSON.stringify(name)}; ${problem}`);
  new ScaleOutStack(app, name, { config, ...(restoredLedger && { restoredLedger }) });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  // At once: otherwise the app synthesizes an incomplete stack at the end of the process.
  process.exit(1);
}

function context(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  // An empty value must not count as absent: a new, empty ledger would be created.
  throw new ConfigError(`the context value ${name} is ${JSON.stringify(value)}; give it a text, or leave it out`);
}
