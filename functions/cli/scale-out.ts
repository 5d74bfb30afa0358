#!/usr/bin/env node
import { existsSync } from 'node:fs';
// The operator's command: npx scale-out --help
import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const isPackage = import.meta.filename.endsWith('.js');

// Compiling takes longer than a command. The result is cached.
enableCompileCache(
  isPackage ? undefined : resolve(import.meta.dirname, '../../node_modules/.cache/edge-scale-out/compiled'),
);
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

// A checkout has its config in it. The package is used beside a config of one's own.
const configName = isPackage ? 'scale-out.config.ts' : 'functions/config.ts';
const configFile = isPackage ? configName : join(import.meta.dirname, '../config.ts');
const terminal = createTerminal(process.stdout, process.stderr);
process.exitCode = await run(process.argv.slice(2), {
  terminal,
  input: () => process.stdin,
  env: process.env,
  now: Date.now,
  async importConfig(file = configFile) {
    return existsSync(file) ? import(pathToFileURL(resolve(file)).href) : undefined;
  },
  configName,
  files: { config: configFile, example: isPackage ? join(import.meta.dirname, '../config.example') : configFile },
});
