/** The package brings no types; these are those of what the engine uses. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A server that stands for DynamoDB, in memory. Tables are CREATING for `createTableMs`, 500 by default. */
  function dynalite(options?: { readonly createTableMs?: number }): Server;
  export = dynalite;
}
