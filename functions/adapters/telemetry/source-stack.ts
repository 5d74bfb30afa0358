// The places in an error's stack, as lines of the sources. With --enable-source-maps Node would read all source maps while it loads
// the bundle, which makes a cold start a tenth longer. Here they are read with the first error.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

const home = new URL('.', import.meta.url).href;
const place = new RegExp(`${RegExp.escape(home)}([\\w-]+\\.mjs):(\\d+):(\\d+)`, 'g');
const maps = new Map<string, SourceMap | undefined>();

/** Leaves what has no source map beside it as it is. */
export function sourceStack(stack: string): string {
  return stack.replace(place, (bundled: string, module: string, line: string, column: string) => {
    if (!maps.has(module)) maps.set(module, readMap(new URL(`${module}.map`, home)));
    const origin = maps.get(module)?.findOrigin(Number(line), Number(column));
    return origin && 'fileName' in origin ? `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}` : bundled;
  });
}

function readMap(file: URL): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
