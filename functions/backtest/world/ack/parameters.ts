// The request body of ScaleOutCluster, as in the specification. It shares no rule with the functions' schema, so that it does
// not share a mistake.
// https://www.alibabacloud.com/help/doc-detail/155067.htm
import { isObject, type JsonObject, parseJson } from '../../../domain/record.ts';
import { type Refusal, serviceRefusal } from './messages.ts';

/** Without the password, which is checked only. */
export type ScaleOutOrder = {
  readonly kind: 'order';
  readonly count: number;
  readonly instanceType: string;
  readonly periodMonths: number;
};

type Rule = {
  readonly required: 'always' | 'never' | ((body: JsonObject) => boolean);
  readonly accepts: (value: unknown) => boolean;
  readonly wants: string;
};

const whole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
const within = (low: number, high: number) => (value: unknown) => whole(value) && value >= low && value <= high;
const tens = (low: number, high: number) => (value: unknown) =>
  whole(value) && value >= low && value <= high && value % 10 === 0;
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);

function isPassword(value: unknown): boolean {
  if (typeof value !== 'string' || value.length < 8 || value.length > 30) return false;
  const classes = [/[A-Z]/, /[a-z]/, /[0-9]/, /[()`~!@#$%^&*\-_+=|{}[\]:;'<>,.?/]/];
  if (!/^[A-Za-z0-9()`~!@#$%^&*\-_+=|{}[\]:;'<>,.?/]*$/.test(value)) return false;
  return classes.filter((pattern) => pattern.test(value)).length >= 3;
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['count', { required: 'always', accepts: within(1, Number.MAX_SAFE_INTEGER), wants: 'a positive integer' }],
  [
    'worker_instance_type',
    { required: 'always', accepts: matches(/^ens(\.[a-z0-9-]+){2,}$/), wants: 'an ENS instance type' },
  ],
  ['ens_region_id', { required: 'always', accepts: matches(/^[a-z]+(-[a-z0-9_]+)+$/), wants: 'an ENS region' }],
  ['worker_image_id', { required: 'always', accepts: matches(/^\S+$/), wants: 'an image id' }],
  [
    'ens_internet_charge_type',
    {
      required: 'always',
      accepts: matches(/^(BandwidthByDay|95BandwidthByMonth)$/),
      wants: 'BandwidthByDay or 95BandwidthByMonth',
    },
  ],
  [
    'worker_period',
    { required: 'always', accepts: (value) => within(1, 9)(value) || value === 12, wants: '1 to 9, or 12' },
  ],
  ['login_password', { required: 'always', accepts: isPassword, wants: 'a password of 8 to 30 characters, 3 classes' }],
  ['worker_system_disk_size', { required: 'always', accepts: tens(20, 100), wants: 'a multiple of 10 from 20 to 100' }],
  ['is_edge_worker', { required: 'always', accepts: (value) => value === true, wants: 'true' }],
  [
    'worker_data_disk_size',
    { required: 'never', accepts: (value) => value === 0 || tens(20, 200)(value), wants: '0, or tens from 20 to 200' },
  ],
  ['worker_auto_renew', { required: 'never', accepts: (value) => typeof value === 'boolean', wants: 'true or false' }],
  [
    'worker_auto_renew_period',
    { required: (body) => body['worker_auto_renew'] === true, accepts: within(1, 12), wants: '1 to 12' },
  ],
  ['timeout_mins', { required: 'never', accepts: within(1, Number.MAX_SAFE_INTEGER), wants: 'a positive integer' }],
]);

const isRequired = ({ required }: Rule, body: JsonObject) =>
  required === 'always' || (required !== 'never' && required(body));

/** The refusal names the first wrong parameter, never its value. */
export function judgeBody(text: string): ScaleOutOrder | Refusal {
  const body = parseJson(text);
  if (!isObject(body)) return serviceRefusal(400, 'InvalidParameter.body', 'The body is not a JSON object.');
  for (const name of Object.keys(body))
    if (!rules.has(name)) return serviceRefusal(400, `InvalidParameter.${name}`, `${name} is not a parameter.`);
  for (const [name, rule] of rules) {
    const value = body[name];
    if (value !== undefined && !rule.accepts(value))
      return serviceRefusal(400, `InvalidParameter.${name}`, `${name} must be ${rule.wants}.`);
    if (value === undefined && isRequired(rule, body))
      return serviceRefusal(400, `MissingParameter.${name}`, `${name} is required.`);
  }
  return {
    kind: 'order',
    count: Number(body['count']),
    instanceType: String(body['worker_instance_type']),
    periodMonths: Number(body['worker_period']),
  };
}
