// The code of a function for the deployment: its bundle, with the config beside it.
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Config } from '../functions/domain/config/types.ts';
import { writeConfigFile } from './bundle/config-file.ts';
import type { FunctionName } from './bundle/function-names.ts';

/** In the package this file is JavaScript, and the bundles are prebuilt; a checkout bundles its sources. */
const isPackage = import.meta.filename.endsWith('.js');

/** CDK keeps one asset per source directory, so each function has its own. */
export function functionCode(name: FunctionName, config: Config): Code {
  const { dirname } = import.meta;
  const prebuilt = join(dirname, '../bundles', name);
  return Code.fromAsset(isPackage ? prebuilt : join(dirname, '../functions', name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(outdir) {
          if (isPackage) cpSync(prebuilt, outdir, { recursive: true });
          // In a process of its own: what is deployed needs no bundler, so the package has none.
          else execFileSync(process.execPath, [join(dirname, 'bundle/bundle-function.ts'), name, outdir]);
          writeConfigFile(name, outdir, config);
          return true;
        },
      },
    },
  });
}
