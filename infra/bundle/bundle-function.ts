// Bundles one function: bundle-function.ts NAME DIRECTORY
import { bundleFunction } from './bundle.ts';
import { functionNames } from './function-names.ts';

const [given, directory] = process.argv.slice(2);
const name = functionNames.find((one) => one === given);
if (name === undefined || directory === undefined)
  throw new Error(`give one of ${functionNames.join(', ')}, and a directory`);
bundleFunction(name, directory);
