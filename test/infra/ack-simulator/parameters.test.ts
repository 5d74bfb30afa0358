import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testProperty } from '../../support/test-property.ts';
import { createBench, jsonOf, validBody } from './support.ts';

const answerTo = (body: object | string) => {
  const bench = createBench();
  const answer = bench.scaleOut({ body });
  return { status: answer.status, json: jsonOf(answer), purchases: bench.core.purchases().length };
};

const without = (name: string) => Object.fromEntries(Object.entries(validBody).filter(([key]) => key !== name));

const accepted: Record<string, readonly unknown[]> = {
  count: [1, 2, 100],
  worker_instance_type: ['ens.sn1.tiny', 'ens.sm1.large', 'ens.se1.2xlarge'],
  ens_region_id: ['cn-beijing-telecom', 'cn-chenzhou-telecom_unicom_cmcc', 'cn-beijing-cmcc-2'],
  worker_image_id: ['m-2QVLO2T8NYgm8CNQVg15gF', 'centos_7_06_64_20G_alibase_2019'],
  ens_internet_charge_type: ['BandwidthByDay', '95BandwidthByMonth'],
  worker_period: [1, 2, 3, 4, 5, 6, 7, 8, 9, 12],
  login_password: ['Hello1234!', 'hello123!', 'HELLOhello1', `Aa1${'x'.repeat(27)}`, "aA()`~!@#$%^&*-_+=|{}[]:;'<>"],
  worker_system_disk_size: [20, 30, 40, 50, 60, 70, 80, 90, 100],
  is_edge_worker: [true],
  worker_data_disk_size: [0, 20, 110, 200],
  worker_auto_renew: [true, false],
  worker_auto_renew_period: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  timeout_mins: [1, 60],
};

const refused: Record<string, readonly unknown[]> = {
  count: [0, -1, 1.5, '1', null, [1]],
  worker_instance_type: ['', 'ens', 'ens.', 'ecs.c6.large', 5, null],
  ens_region_id: ['', 'cn', 'CN-Beijing-telecom', 'cn beijing', 1, null],
  worker_image_id: ['', ' ', 'two words', 1, null],
  ens_internet_charge_type: ['', 'BandwidthByHour', 'bandwidthbyday', 95, null],
  worker_period: [0, 10, 11, 13, 1.5, '1', null],
  login_password: ['Aa1!567', `Aa1!${'x'.repeat(27)}`, 'helloworld1', 'Hello 1234!', 'Héllo1234!', 12345678, null],
  worker_system_disk_size: [0, 10, 25, 110, '20', null],
  is_edge_worker: [false, 'true', 1, null],
  worker_data_disk_size: [10, 25, 210, -20, '0', null],
  worker_auto_renew: ['true', 1, null],
  worker_auto_renew_period: [0, 13, 1.5, '1', null],
  timeout_mins: [0, -1, 0.5, '60', null],
};

const optional = ['worker_data_disk_size', 'worker_auto_renew', 'timeout_mins'];
const cases = (of: typeof accepted) =>
  Object.entries(of).flatMap(([name, values]) => values.map((value) => [name, value] as const));

describe('the parameters of ScaleOutCluster', () => {
  test('the sample of the specification is accepted', () => {
    expect(answerTo(validBody)).toMatchObject({ status: 202, purchases: 1 });
  });

  test.each(cases(accepted))('%s may be %j', (name, value) => {
    expect(answerTo({ ...validBody, [name]: value })).toMatchObject({ status: 202, purchases: 1 });
  });

  test.each(cases(refused))('%s may not be %j', (name, value) => {
    expect(answerTo({ ...validBody, [name]: value })).toMatchObject({
      status: 400,
      json: { code: `InvalidParameter.${name}`, message: expect.any(String), requestId: expect.any(String) },
      purchases: 0,
    });
  });

  test.each(Object.keys(validBody).filter((name) => !optional.includes(name)))('%s is required', (name) => {
    expect(answerTo(without(name))).toMatchObject({
      status: 400,
      json: { code: `MissingParameter.${name}` },
      purchases: 0,
    });
  });

  test.each(optional)('%s is optional', (name) => {
    expect(answerTo(without(name))).toMatchObject({ status: 202, purchases: 1 });
  });

  test('worker_auto_renew_period is not required of nodes that are not renewed', () => {
    expect(answerTo({ ...without('worker_auto_renew_period'), worker_auto_renew: false }).status).toBe(202);
  });

  test.each(['client_token', 'ClientToken', '__proto__', 'constructor', 'Count'])('%s is no parameter', (name) => {
    const body = JSON.stringify(validBody).replace('{', `{${JSON.stringify(name)}:1,`);
    expect(answerTo(body)).toMatchObject({ status: 400, json: { code: `InvalidParameter.${name}` }, purchases: 0 });
  });

  test.each(['', '{', 'null', '[]', '"text"', '[{}]'])('a body of %j is refused', (body) => {
    expect(answerTo(body)).toMatchObject({ status: 400, json: { code: 'InvalidParameter.body' }, purchases: 0 });
  });

  test('a refusal does not repeat the password', () => {
    const login_password = 'Sëcret1234!';
    expect(JSON.stringify(answerTo({ ...validBody, login_password }))).not.toContain('cret1234');
  });
});

const anyOf = (values: Record<string, readonly unknown[]>) =>
  fc.record(Object.fromEntries(Object.entries(values).map(([name, of]) => [name, fc.constantFrom(...of)])));

describe('any body', () => {
  testProperty(
    'of accepted values buys exactly the nodes it asks for',
    { of: [anyOf(accepted), fc.subarray(['worker_data_disk_size', 'timeout_mins'])] },
    (body, left) => {
      const bench = createBench();
      const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !left.includes(name)));
      expect(bench.scaleOut({ body: rest }).status).toBe(202);
      expect(bench.core.purchases()).toMatchObject([{ count: body['count'], nodesGot: body['count'] }]);
    },
  );

  testProperty(
    'with one wrong value buys nothing and is told which',
    { of: [anyOf(accepted), fc.constantFrom(...cases(refused))] },
    (body, [name, value]) => {
      expect(answerTo({ ...body, [name]: value })).toMatchObject({
        status: 400,
        json: { code: `InvalidParameter.${name}` },
        purchases: 0,
      });
    },
  );

  testProperty(
    'of arbitrary JSON is answered, and never bought',
    { of: [fc.oneof(fc.json(), fc.string())] },
    (body) => {
      expect(answerTo(body)).toMatchObject({ status: 400, purchases: 0 });
    },
  );
});
