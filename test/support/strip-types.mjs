// The whole TypeScript transform of the test run: Node's own type stripping, which keeps every line and column.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

const strip = (source) => ({ code: stripTypeScriptTypes(source) });

export default {
  canInstrument: false,
  process: strip,
  processAsync: async (source) => strip(source),
  getCacheKey: (source, path) => createHash('sha256').update(`${process.version}\0${path}\0${source}`).digest('hex'),
};
