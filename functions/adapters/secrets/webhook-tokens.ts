// The tokens of the webhook. Each may be bound to senders and clusters, so that a token that leaks spends no more than its sender could.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { type WebhookSource, webhookSources } from '../../domain/job/scale-job.ts';
import { timings } from '../../domain/timings.ts';
import { createSecretReader } from './secret-reader.ts';

export interface WebhookToken {
  readonly token: string;
  /** Absent: all. */
  readonly sources?: readonly WebhookSource[];
  /** Names in the config. Absent: all. */
  readonly clusters?: readonly string[];
}

/** The valid tokens of senders. Two for a sender allow a rotation. @throws Error that never quotes the secret */
export type WebhookTokens = () => Promise<readonly WebhookToken[]>;

/** A signature is compared with each. */
const maxTokens = 20;
/** They travel in a message attribute, of which a dead letter has 8 KiB. */
const maxClusters = 50;

const tokenAllowed = 'use 16 to 256 letters, digits and . _ ~ -';
const sourcesAllowed = `use ${webhookSources.join(' or ')}`;
const clustersAllowed = `list 1 to ${maxClusters} names of clusters`;
const listAllowed = `list 1 to ${maxTokens} tokens`;

/** No character needs encoding in a header or a path. Sixteen characters cannot be guessed over a network. */
const token = z.string(tokenAllowed).check(z.regex(/^[A-Za-z0-9._~-]{16,256}$/, tokenAllowed));
const clusterName = z.string(clustersAllowed).check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, clustersAllowed));
/** Strict: without its misspelt bounds, a token would be one for all. */
const boundToken = z.strictObject({
  token,
  sources: z.exactOptional(
    z.array(z.enum(webhookSources, sourcesAllowed), sourcesAllowed).check(z.minLength(1, sourcesAllowed)),
  ),
  clusters: z.exactOptional(
    z
      .array(clusterName, clustersAllowed)
      .check(z.minLength(1, clustersAllowed), z.maxLength(maxClusters, clustersAllowed)),
  ),
});

/** A text is a token for all senders and clusters. */
export const tokensSchema = z.object({
  tokens: z.array(z.union([token, boundToken]), listAllowed).check(
    z.minLength(1, listAllowed),
    z.maxLength(maxTokens, listAllowed),
    z.refine((tokens) => new Set(tokens.map(textOf)).size === tokens.length, 'list each token once'),
  ),
});

export const tokensShape =
  '{"tokens": [{"token": "...", "sources": ["arms"], "clusters": ["..."]}]}, without sources or clusters for all of them; ' +
  `1 to ${maxTokens} tokens, each of 16 to 256 letters, digits and . _ ~ -`;

export function createWebhookTokens(client: SecretsManagerClient, id: string, now: () => number): WebhookTokens {
  const secret = createSecretReader(client, now, timings.failedSecretTtlMs)(id, tokensSchema, tokensShape);
  return async () => {
    const { tokens } = await secret.get();
    return tokens.map((one) => (typeof one === 'string' ? { token: one } : one));
  };
}

const textOf = (one: z.infer<typeof token> | z.infer<typeof boundToken>): string =>
  typeof one === 'string' ? one : one.token;
