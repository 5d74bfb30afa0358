import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  acceptedAnswerSchema,
  buildScaleOutRequest,
  clusterIdSchema,
  scaleOutRequestSchema,
  scaleOutResponseSchema,
  type WorkerTemplate,
  workerTemplateSchema,
} from '../../../functions/domain/ack/scale-out-request.ts';
import { sampleRequest as sample } from '../../support/samples.ts';

const { count: _count, login_password: _password, is_edge_worker: _edge, ...sampleTemplate } = sample;
const template: WorkerTemplate = sampleTemplate;

function without(field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sample).filter(([name]) => name !== field));
}
const accepts = (input: unknown) => scaleOutRequestSchema.safeParse(input).success;
const wrongFields = (input: unknown) =>
  scaleOutRequestSchema.safeParse(input).error?.issues.map(({ path }) => path.join('.'));

describe('scaleOutRequestSchema', () => {
  test('accepts the sample of the specification', () => {
    expect(scaleOutRequestSchema.parse(sample)).toEqual(sample);
  });

  test.each([
    'worker_instance_type',
    'ens_region_id',
    'worker_image_id',
    'ens_internet_charge_type',
    'worker_period',
    'login_password',
    'count',
    'worker_system_disk_size',
    'is_edge_worker',
  ])('requires %s', (field) => {
    expect(wrongFields(without(field))).toEqual([field]);
  });

  test.each(['timeout_mins', 'worker_auto_renew', 'worker_data_disk_size'])('does not require %s', (field) => {
    expect(accepts(without(field))).toBe(true);
  });

  test('refuses a parameter that the specification does not have', () => {
    expect(accepts({ ...sample, client_token: 'x' })).toBe(false);
  });

  test.each(Object.keys(sample))('refuses null for %s', (field) => {
    expect(wrongFields({ ...sample, [field]: null })).toContain(field);
  });

  test.each([
    ['worker_instance_type', 7],
    ['ens_region_id', ['cn-beijing-telecom']],
    ['worker_image_id', {}],
    ['ens_internet_charge_type', 95],
    ['worker_period', '1'],
    ['worker_auto_renew', 'true'],
    ['worker_auto_renew_period', '1'],
    ['login_password', 12345678],
    ['count', '1'],
    ['worker_system_disk_size', '20'],
    ['worker_data_disk_size', '0'],
    ['is_edge_worker', 'true'],
    ['timeout_mins', '60'],
  ])('refuses another type for %s', (field, value) => {
    expect(wrongFields({ ...sample, [field]: value })).toEqual([field]);
  });

  test.each([
    ['timeout_mins', (n: number) => n > 0],
    ['count', (n: number) => n > 0],
    ['worker_period', (n: number) => [1, 2, 3, 4, 5, 6, 7, 8, 9, 12].includes(n)],
    ['worker_auto_renew_period', (n: number) => n >= 1 && n <= 12],
    ['worker_system_disk_size', (n: number) => [20, 30, 40, 50, 60, 70, 80, 90, 100].includes(n)],
    ['worker_data_disk_size', (n: number) => n === 0 || (n >= 20 && n <= 200 && n % 10 === 0)],
  ])('allows for %s exactly the whole numbers of the specification', (field, isAllowed) => {
    for (let n = -20; n <= 320; n += 1) expect([n, accepts({ ...sample, [field]: n })]).toEqual([n, isAllowed(n)]);
    for (const odd of [1.5, 20.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300])
      expect([odd, accepts({ ...sample, [field]: odd })]).toEqual([odd, false]);
  });

  test.each([
    ['BandwidthByDay', true],
    ['95BandwidthByMonth', true],
    ['bandwidthbyday', false],
    ['PayByTraffic', false],
    ['', false],
  ])('takes the charge type "%s": %s', (type, allowed) => {
    expect(accepts({ ...sample, ens_internet_charge_type: type })).toBe(allowed);
  });

  test.each(['worker_instance_type', 'ens_region_id', 'worker_image_id'])('refuses an empty or spaced %s', (field) => {
    expect(['', ' ', 'a b', 'a\n'].map((value) => wrongFields({ ...sample, [field]: value }))).toEqual(
      Array.from({ length: 4 }, () => [field]),
    );
  });

  test('takes a region with underscores, as ENS has them', () => {
    expect(accepts({ ...sample, ens_region_id: 'cn-chenzhou-telecom_unicom_cmcc' })).toBe(true);
  });

  test('refuses a worker that is no edge worker', () => {
    expect(accepts({ ...sample, is_edge_worker: false })).toBe(false);
  });

  test('requires the renewal period when renewal is on, and only then', () => {
    expect(wrongFields(without('worker_auto_renew_period'))).toEqual(['worker_auto_renew_period']);
    expect(accepts({ ...without('worker_auto_renew_period'), worker_auto_renew: false })).toBe(true);
    const { worker_auto_renew: _on, worker_auto_renew_period: _period, ...neither } = sample;
    expect(accepts(neither)).toBe(true);
  });

  test.each(Object.keys(sample).filter((field) => !field.startsWith('worker_auto_renew')))(
    'reports the missing renewal period together with a wrong %s',
    (field) => {
      const input = { ...without('worker_auto_renew_period'), [field]: [] };
      expect(wrongFields(input)).toEqual([field, 'worker_auto_renew_period']);
    },
  );
});

describe('login_password', () => {
  const special = "()`~!@#$%^&*-_+=|{}[]:;'<>,.?/";
  const takes = (login_password: string) => accepts({ ...sample, login_password });

  test.each([
    ['three classes, without special characters', 'Abcdefg1', true],
    ['three classes, without digits', 'Abcdefg!', true],
    ['three classes, without lower case', 'ABCDEF1!', true],
    ['three classes, without upper case', 'abcdef1!', true],
    ['two classes', 'abcdefg1', false],
    ['one class', 'abcdefgh', false],
    ['7 characters', 'Abcde1!', false],
    ['8 characters', 'Abcdef1!', true],
    ['30 characters', `Abcde1!${'x'.repeat(23)}`, true],
    ['31 characters', `Abcde1!${'x'.repeat(24)}`, false],
    ['a space', 'Abcdef1! ', false],
    ['a quotation mark', 'Abcdef1!"', false],
    ['a backslash', 'Abcdef1!\\', false],
    ['a letter that is not ASCII', 'Abcdef1!é', false],
    ['a line break at the end', 'Abcdef1!\n', false],
  ])('with %s: %s is allowed: %s', (_case, password, allowed) => {
    expect(takes(password)).toBe(allowed);
  });

  test.each(special.split(''))('may hold %s', (character) => {
    expect(takes(`Abcdefg${character}`)).toBe(true);
  });

  test('is allowed exactly when its length, characters and classes are', () => {
    const allowed = /^[\x21-\x7e]{8,30}$/;
    const classes = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];
    const ascii = fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 32 });
    fc.assert(
      fc.property(ascii, (password) => {
        const expected =
          allowed.test(password) && !/["\\]/.test(password) && classes.filter((one) => one.test(password)).length >= 3;
        expect(takes(password)).toBe(expected);
      }),
    );
  });
});

describe('clusterIdSchema', () => {
  test.each(['Cccfd68c474454665ace07efce924****', 'c', 'a/b?c'])('accepts %s', (id) => {
    expect(clusterIdSchema.safeParse(id).success).toBe(true);
  });

  test.each(['', ' ', 'a b', '.', '..', 7, null])('refuses %p', (id) => {
    expect(clusterIdSchema.safeParse(id).success).toBe(false);
  });
});

describe('workerTemplateSchema', () => {
  test('accepts what an operator decides about a worker', () => {
    expect(workerTemplateSchema.parse(template)).toEqual(template);
  });

  test.each(['count', 'login_password', 'is_edge_worker', 'worker_perod'])('refuses %s', (field) => {
    expect(workerTemplateSchema.safeParse({ ...template, [field]: 1 }).error?.issues).toMatchObject([
      { code: 'unrecognized_keys', keys: [field] },
    ]);
  });

  test('keeps the rules of the request', () => {
    const { worker_auto_renew_period: _period, ...wrong } = { ...template, worker_period: 10 };
    const paths = workerTemplateSchema.safeParse(wrong).error?.issues.map(({ path }) => path[0]);
    expect(paths).toEqual(['worker_period', 'worker_auto_renew_period']);
  });
});

describe('the answer', () => {
  /** The sample response of the specification. */
  const answer = {
    cluster_id: 'Cccfd68c474454665ace07efce924****',
    request_id: '687C5BAA-D103-4993-884B-C35E4314A1E1',
    task_id: 'T-5a54309c80282e39ea00002f',
  };

  test('is read as the specification documents it, with whatever it holds besides', () => {
    expect(scaleOutResponseSchema.parse({ ...answer, instances: ['i-1'] })).toEqual({ ...answer, instances: ['i-1'] });
  });

  test.each(Object.keys(answer))('holds a %s that is not empty, to be as documented', (field) => {
    for (const wrong of ['', undefined, null, 7])
      expect(scaleOutResponseSchema.safeParse({ ...answer, [field]: wrong }).success).toBe(false);
  });

  test.each([{ request_id: 7 }, { request_id: null, cluster_id: [] }, {}])(
    'proves a purchase by its task alone: %j',
    (rest) => {
      expect(acceptedAnswerSchema.safeParse({ ...rest, task_id: 'T-1' }).success).toBe(true);
    },
  );

  test.each([{}, { task_id: '' }, { task_id: ' ' }, { task_id: 7 }, { task_id: null }, [], null, 'T-1'])(
    'proves nothing without a readable task: %j',
    (body) => {
      expect(acceptedAnswerSchema.safeParse(body).success).toBe(false);
    },
  );
});

describe('buildScaleOutRequest', () => {
  test('writes the sample of the specification, byte for byte in its order', () => {
    const { timeout_mins, worker_instance_type, ...rest } = sampleTemplate;
    const shuffled = { ...rest, worker_instance_type, timeout_mins };
    const body = JSON.stringify(buildScaleOutRequest(shuffled, 1, 'Hello1234!'));
    expect(body).toBe(JSON.stringify(sample));
    expect(body).toHaveLength(372);
  });

  test('leaves out what the template leaves out', () => {
    const { timeout_mins: _timeout, worker_data_disk_size: _disk, ...fewer } = template;
    const request = buildScaleOutRequest(fewer, 3, 'Hello1234!');
    expect(Object.keys(request)).toEqual(Object.keys(sample).filter((key) => Object.hasOwn(request, key)));
    expect(request).toEqual({ ...fewer, count: 3, login_password: 'Hello1234!', is_edge_worker: true });
  });

  test('names every wrong field at once, its value and what is allowed, and never shows the password', () => {
    const { worker_auto_renew_period: _period, ...wrong } = {
      ...template,
      worker_period: 11,
      worker_data_disk_size: 15,
    };
    expect(() => buildScaleOutRequest(wrong, 0, 'canary-pw')).toThrow(
      new Error(
        [
          'the ScaleOutCluster request has 5 problem(s):',
          'worker_period: 11 is not allowed; use 1 to 9 or 12 (months)',
          "login_password: the value is not allowed; use 8 to 30 characters with three of upper case, lower case, digit and one of ()`~!@#$%^&*-_+=|{}[]:;'<>,.?/",
          'count: 0 is not allowed; use a whole number above 0 (nodes)',
          'worker_data_disk_size: 15 is not allowed; use 0 for none, or 20 to 200 in steps of 10 (GiB)',
          'worker_auto_renew_period: missing; use 1 to 12 (months); required when worker_auto_renew is true',
        ].join('\n  '),
      ),
    );
  });
});
