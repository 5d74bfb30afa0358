#!/usr/bin/env node
// The operator's command: npx scale-out --help
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

// Compiling the TypeScript takes longer than a command. The result is cached.
enableCompileCache(resolve(import.meta.dirname, '../../node_modules/.cache/edge-scale-out/compiled'));
const [{ run }, { createTerminal }] = await Promise.all([import('./program.ts'), import('./terminal/terminal.ts')]);

// EPIPE: the reader has closed the pipe (`| head`). The command still finishes its work.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    console.error(
      `error: the output cannot be written (${error.code ?? error.message}); the command may have done its work`,
    );
    process.exit(1);
  });

const terminal = createTerminal(process.stdout, process.stderr);
process.exitCode = await run(process.argv.slice(2), {
  terminal,
  input: () => process.stdin,
  env: process.env,
  now: Date.now,
  importConfig: () => import('../config.ts'),
});
