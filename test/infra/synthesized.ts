// The stack as CloudFormation gets it, with references made readable: {"Fn::GetAtt": ["Ledger8F3A01B2", "Arn"]} is
// "Ledger.Arn". Loads aws-cdk-lib, which takes seconds: for few test files only.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod/mini';
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import { ScaleOutStack, type ScaleOutStackProps } from '../../infra/scale-out-stack.ts';

const cdkSchema = z.object({ context: z.record(z.string(), z.unknown()) });
/** What the command line gives to the app; a test has to do it itself. */
const { context } = cdkSchema.parse(JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')));

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z._default(z.record(z.string(), z.unknown()), {}),
      DeletionPolicy: z.optional(z.string()),
      UpdateReplacePolicy: z.optional(z.string()),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});

const many = z.union([
  z.array(z.string()),
  z.pipe(
    z.string(),
    z.transform((one) => [one]),
  ),
]);
const statementSchema = z.object({
  Effect: z.string(),
  Action: many,
  Resource: many,
  Principal: z.optional(z.unknown()),
  Condition: z.optional(z.unknown()),
});
const documentSchema = z.object({ Statement: z.array(statementSchema) });
const policySchema = z.object({ PolicyDocument: documentSchema });
export type Statement = z.infer<typeof statementSchema>;

const scratch = mkdtempSync(join(tmpdir(), 'stack-'));

/** Functions are not bundled: what is in them is the matter of bundle.test.ts. */
export const createApp = (): App =>
  new App({
    outdir: mkdtempSync(join(scratch, 'cdk.out-')),
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    // Where in the code each construct was made is of no interest here, and takes long to find out.
    stackTraces: false,
  });

export function createStack(config: ConfigInput, more: Omit<ScaleOutStackProps, 'config'> = {}): ScaleOutStack {
  return new ScaleOutStack(createApp(), 'EdgeScaleOut', { now: 0, ...more, config });
}

/** To be called when all is asserted. */
export const removeOutput = (): void => rmSync(scratch, { recursive: true });

export interface Resource {
  readonly name: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What happens to it when it leaves the stack, and when it is replaced. */
  readonly removal: readonly (string | undefined)[];
}

export interface Synthesized {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly all: (type: string) => readonly Resource[];
  /** The properties of one. @throws Error that lists the names there are, when there is none of this one. */
  readonly one: (type: string, name: string) => Readonly<Record<string, unknown>>;
  /** The statements of all policies of a type that concern the named role, queue or topic. */
  readonly statements: (type: string, of: string) => readonly Statement[];
}

/** @throws Error when the CDK refuses the stack */
export function synthesize(stack: Stack): Synthesized {
  const template = templateSchema.parse(Template.fromStack(stack).toJSON());
  const resources = Object.entries(template.Resources).map(([id, { Type, Properties, ...policies }]) => ({
    name: withoutHash(id),
    type: Type,
    properties: Object.fromEntries(Object.entries(Properties).map(([key, value]) => [key, readable(value)])),
    removal: [policies.DeletionPolicy, policies.UpdateReplacePolicy],
  }));
  const all = (type: string): readonly Resource[] => resources.filter((resource) => resource.type === type);
  return {
    outputs: Object.fromEntries(Object.entries(template.Outputs).map(([key, { Value }]) => [key, readable(Value)])),
    all,
    one(type, name) {
      const found = all(type).find((resource) => resource.name === name);
      if (found) return found.properties;
      const others = all(type).map((resource) => resource.name);
      throw new Error(`no ${type} ${name}, but ${others.join(', ')}`);
    },
    statements: (type, of) =>
      all(type)
        .filter(({ properties }) =>
          [properties['Roles'], properties['Queues'], properties['Topics']].flat().includes(of),
        )
        .flatMap(({ properties }) => policySchema.parse(properties).PolicyDocument.Statement),
  };
}

/** What a role may do, as lines that a person can check. */
export function grants(of: Synthesized, role: string): string[] {
  return of
    .statements('AWS::IAM::Policy', role)
    .flatMap(({ Effect, Action, Resource }) => Action.flatMap((a) => Resource.map((r) => `${Effect} ${a} on ${r}`)))
    .toSorted();
}

/** The policy of a secret. */
export const secretStatements = (of: Synthesized, secret: string): readonly Statement[] =>
  of
    .all('AWS::SecretsManager::ResourcePolicy')
    .filter(({ properties }) => properties['SecretId'] === secret)
    .flatMap(({ properties }) => documentSchema.parse(properties['ResourcePolicy']).Statement);

/** The policy of a KMS key. */
export const keyStatements = ({ KeyPolicy }: Readonly<Record<string, unknown>>): readonly Statement[] =>
  documentSchema.parse(KeyPolicy).Statement;

const scheduleSchema = z.object({ Target: z.object({ Input: z.string() }) });

/** The message that a schedule sends. */
export const inputOf = (properties: unknown): string => scheduleSchema.parse(properties).Target.Input;

const filterSchema = z.union([
  z.string(),
  z.strictObject({ prefix: z.string().check(z.minLength(1)) }),
  z.strictObject({ suffix: z.string().check(z.minLength(1)) }),
  z.strictObject({ wildcard: z.string() }),
  z.strictObject({ exists: z.literal(true) }),
]);
const ruleSchema = z.object({
  EventPattern: z.looseObject({ detail: z.looseObject({ alarmName: z.array(filterSchema).check(z.minLength(1)) }) }),
});

/** What an event rule's pattern lets through, as EventBridge documents it. @throws Error where EventBridge refuses it */
export function alarmNamePatterns({ properties }: Resource): RegExp[] {
  const { EventPattern: pattern } = ruleSchema.parse(properties);
  if (JSON.stringify(pattern).length > 2048) throw new Error('EventBridge refuses more than 2,048 characters');
  const { alarmName } = pattern.detail;
  const stars = JSON.stringify(alarmName.filter((filter) => typeof filter === 'object' && 'wildcard' in filter));
  // Eight were refused.
  if (stars.split('*').length - 1 > 6) throw new Error(`EventBridge may refuse the wildcards of ${stars}`);
  return alarmName.map((filter) => {
    if (typeof filter === 'string') return new RegExp(`^${literal(filter)}$`);
    if ('exists' in filter) return /^/;
    if ('prefix' in filter) return new RegExp(`^${literal(filter.prefix)}`);
    if ('suffix' in filter) return new RegExp(`${literal(filter.suffix)}$`);
    if (!/^(\\[\\*]|\*(?!\*)|[^\\*])+$/.test(filter.wildcard))
      throw new Error(`EventBridge refuses ${filter.wildcard}`);
    const source = filter.wildcard.replaceAll(/\\(.)|\*|[^\\*]+/g, (token, escaped: string | undefined) =>
      token === '*' ? '.*' : literal(escaped ?? token),
    );
    return new RegExp(`^${source}$`);
  });
}

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|-]/g, '\\$&');

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

const refSchema = z.strictObject({ Ref: z.string() });
const getAttSchema = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const joinSchema = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

function readable(value: unknown): unknown {
  const ref = refSchema.safeParse(value);
  if (ref.success) return withoutHash(ref.data.Ref);
  const getAtt = getAttSchema.safeParse(value);
  if (getAtt.success) return `${withoutHash(getAtt.data['Fn::GetAtt'][0])}.${getAtt.data['Fn::GetAtt'][1]}`;
  const join = joinSchema.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(readable).join(join.data['Fn::Join'][0]);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, readable(part)]));
}
