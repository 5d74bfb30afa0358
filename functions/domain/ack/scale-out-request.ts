// The request of ScaleOutCluster, as its specification defines it.
import * as z from 'zod/mini';
import { listProblems } from '../problems.ts';
import { isObject } from '../record.ts';

/** Not z.int: its issue would stop the rules between fields. */
const whole = (allowed: string, isAllowed: (value: number) => boolean) =>
  z.number(allowed).check(z.refine((value) => Number.isSafeInteger(value) && isAllowed(value), allowed));
const name = (what: string) => {
  const allowed = `use ${what}, without spaces`;
  return z.string(allowed).check(z.regex(/^\S+$/, allowed));
};
const flag = z.boolean('use true or false');
const idAllowed = 'use 1 to 256 characters, not only spaces';
/** Stored twice with each purchase, so it has a limit. */
const id = z.string(idAllowed).check(z.regex(/^(?=.*\S).{1,256}$/s, idAllowed));

const autoRenewPeriodAllowed = 'use 1 to 12 (months); required when worker_auto_renew is true';
const passwordAllowed =
  "use 8 to 30 characters with three of upper case, lower case, digit and one of ()`~!@#$%^&*-_+=|{}[]:;'<>,.?/";

/** In the order of the specification's sample, which zod keeps. */
const body = z.strictObject({
  timeout_mins: z.exactOptional(whole('use a whole number above 0 (minutes)', (minutes) => minutes > 0)),
  worker_instance_type: name('an ENS instance type, such as ens.sn1.tiny'),
  ens_region_id: name('the region ID of an ENS site, such as cn-beijing-telecom'),
  worker_image_id: name('the ID of an operating system image'),
  ens_internet_charge_type: z.enum(
    ['BandwidthByDay', '95BandwidthByMonth'],
    'use BandwidthByDay (daily peak) or 95BandwidthByMonth (monthly 95th percentile)',
  ),
  worker_period: whole(
    'use 1 to 9 or 12 (months)',
    (months) => (months >= 1 && months <= 9) || months === 12, // 10 and 11 are not sold
  ),
  worker_auto_renew: z.exactOptional(flag),
  worker_auto_renew_period: z.exactOptional(whole(autoRenewPeriodAllowed, (months) => months >= 1 && months <= 12)),
  login_password: z.string(passwordAllowed).check(z.refine(isPassword, passwordAllowed)),
  count: whole('use a whole number above 0 (nodes)', (nodes) => nodes > 0),
  worker_system_disk_size: whole('use 20 to 100 in steps of 10 (GiB), more than the image needs', (gib) =>
    isDiskSize(gib, 100),
  ),
  worker_data_disk_size: z.exactOptional(
    whole('use 0 for none, or 20 to 200 in steps of 10 (GiB)', (gib) => gib === 0 || isDiskSize(gib, 200)),
  ),
  is_edge_worker: z.literal(true, 'use true'),
});

/** `when` runs it although other fields are wrong, so that one pass reports everything. */
const autoRenewNamesItsPeriod = z.refine<unknown>(
  (value) => !isObject(value) || value['worker_auto_renew'] !== true || value['worker_auto_renew_period'] !== undefined,
  { error: autoRenewPeriodAllowed, path: ['worker_auto_renew_period'], when: ({ value }) => isObject(value) },
);

/** The body (table 2). Unknown keys are refused. */
export const scaleOutRequestSchema = body.check(autoRenewNamesItsPeriod);
type ScaleOutRequest = Readonly<z.infer<typeof scaleOutRequestSchema>>;

/** The configured part; count, password and is_edge_worker are added for each purchase. */
export const workerTemplateSchema = z
  .omit(body, { count: true, login_password: true, is_edge_worker: true })
  .check(autoRenewNamesItsPeriod);
export type WorkerTemplate = Readonly<z.infer<typeof workerTemplateSchema>>;

/** The path parameter (table 1). URL parsers remove `.` and `..`, which would call another operation. */
export const clusterIdSchema = name('the ID of the cluster').check(
  z.refine((value) => value !== '.' && value !== '..', 'use the ID of the cluster, without spaces'),
);

/** Ids are compared without case. */
export const isSameCluster = (id: string, other: string): boolean => id.toLowerCase() === other.toLowerCase();

/** The body of a 202 as the specification documents it. */
export const scaleOutResponseSchema = z.looseObject({ cluster_id: id, request_id: id, task_id: id });

/** A task id alone proves a purchase, whatever else is wrong with the answer. */
export const acceptedAnswerSchema = z.looseObject({
  task_id: id,
  request_id: z.catch(z.optional(z.string()), undefined),
});

/** @throws Error that names every wrong field, its value (never the password's) and what is allowed */
export function buildScaleOutRequest(template: WorkerTemplate, count: number, loginPassword: string): ScaleOutRequest {
  const input = { ...template, count, login_password: loginPassword, is_edge_worker: true };
  const parsed = scaleOutRequestSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = listProblems(parsed.error.issues, input, { secret: ['login_password'] });
  throw new Error(`the ScaleOutCluster request has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`);
}

function isDiskSize(gib: number, largest: number): boolean {
  return gib >= 20 && gib <= largest && gib % 10 === 0;
}

function isPassword(text: string): boolean {
  const classes = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];
  return (
    /^[A-Za-z0-9()`~!@#$%^&*\-_+=|{}[\]:;'<>,.?/]{8,30}$/.test(text) &&
    classes.filter((one) => one.test(text)).length >= 3
  );
}
