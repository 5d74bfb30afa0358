import { describe, expect, test } from '@jest/globals';
import { config as shipped } from '../../../functions/config.ts';
import { policyOf } from '../../../functions/domain/config/defaults.ts';
import { checkedConfig, readConfig } from '../../../functions/domain/config/schema.ts';
import { aPolicy, aWorker } from '../../support/samples.ts';

type Changes = Readonly<Record<string, unknown>>;

/** The problems of a config with one cluster, without the part of the place that all of them share. */
function problemsWith(changes: Changes): readonly string[] {
  return problemsOf({ clusters: { edge: { ...aPolicy(), ...changes } } }).map((line) =>
    line.replaceAll('clusters.edge.', ''),
  );
}

function problemsOf(input: unknown): readonly string[] {
  const read = readConfig(input);
  return 'problems' in read ? read.problems : [];
}

const limitsWith = (changes: Changes) => ({ ...aPolicy().limits, ...changes });
const stepsWith = (...steps: readonly unknown[]) => problemsWith({ alarms: [{ name: 'edge-cpu', steps }] });
const scheduleWith = (changes: Changes) =>
  problemsWith({
    schedules: [{ name: 'peak', at: 'rate(1 day)', ...('reach' in changes ? {} : { add: 1 }), ...changes }],
  });

describe('readConfig', () => {
  test('accepts the config that is shipped', () => {
    expect(problemsOf(shipped)).toEqual([]);
  });

  test('fills in what is left out', () => {
    const { id, region, worker, limits, cooldownMinutes } = aPolicy();
    const required = { id, region, worker, limits, cooldownMinutes };
    expect(readConfig({ clusters: { edge: required } })).toEqual({
      config: {
        clusters: { edge: { ...aPolicy(), alarms: [] } },
        labels: {
          cluster: ['cluster', '_aliyun_arms_involvedObject_id', 'clustername'],
          value: [
            'annotations.value',
            'annotations._aliyun_arms_alert_now_value',
            'annotations._aliyun_arms_alert_value',
          ],
          threshold: ['threshold'],
        },
        stack: { customerKey: false, enqueuers: [], operators: [], alarmAccounts: [], webhook: true },
      },
    });
  });

  test('keeps what is given, and fills in the other label names', () => {
    const price = { perNodeMonth: 180, currency: 'CNY' };
    const policy = { ...aPolicy({ limits: { budgetPerMonth: 180 } }), price };
    const read = readConfig({ clusters: { edge: policy }, labels: { value: ['now'] } });
    expect(read).toMatchObject({
      config: { clusters: { edge: policy }, labels: { value: ['now'], threshold: ['threshold'] } },
    });
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'the whole value: missing; use a value of type object'],
    ['null', null, 'the whole value: null is not allowed; use a value of type object'],
    ['no clusters', {}, 'clusters: missing; configure at least one cluster'],
    ['a list of clusters', { clusters: [] }, 'clusters: a list is not allowed; configure at least one cluster'],
    ['an empty set of clusters', { clusters: {} }, 'clusters: empty; configure at least one cluster'],
    [
      'a cluster that is none',
      { clusters: { edge: 7 } },
      'clusters.edge: 7 is not allowed; use a value of type object',
    ],
    [
      'a cluster name with capitals',
      { clusters: { Edge: aPolicy() } },
      'clusters.Edge: the name is not allowed; use 1 to 32 lower-case letters, digits or -',
    ],
  ])('refuses %s', (_what, input, problem) => {
    expect(problemsOf(input)).toEqual([problem]);
  });

  test('names every unknown key, at every depth', () => {
    const { limits, worker } = aPolicy();
    expect(
      problemsOf({
        cluster: {},
        labels: { name: [] },
        clusters: {
          edge: {
            ...aPolicy(),
            coolDownMinutes: 5,
            limits: { ...limits, maxPerHour: 1 },
            worker: { ...worker, count: 3 },
            price: { perNodeMonth: 180, currency: 'CNY', perNodeDay: 6 },
            alarms: [{ name: 'edge-cpu', steps: [{ lowerBound: 0, add: 1, nodes: 1 }], cooldown: 1 }],
            schedules: [{ name: 'peak', at: 'rate(1 day)', add: 1, from: 'now' }],
          },
        },
      }).toSorted(),
    ).toEqual(
      [
        'cluster',
        'clusters.edge.alarms[0].cooldown',
        'clusters.edge.alarms[0].steps[0].nodes',
        'clusters.edge.coolDownMinutes',
        'clusters.edge.limits.maxPerHour',
        'clusters.edge.price.perNodeDay',
        'clusters.edge.schedules[0].from',
        'clusters.edge.worker.count',
        'labels.name',
      ].map((place) => `${place}: not known; remove it or correct its name`),
    );
  });

  test('lists every wrong field of every cluster at once', () => {
    expect(
      problemsOf({
        clusters: {
          one: { ...aPolicy(), id: 'c-1', region: 'Beijing', cooldownMinutes: 181, exclusive: 'yes' },
          two: {
            ...aPolicy(),
            id: 'C20000000000000000000000000000000',
            worker: aWorker({ worker_period: 11 }),
            staleAfterMinutes: 0,
          },
        },
        labels: { value: 'value' },
      }),
    ).toEqual([
      'clusters.one.id: "c-1" is not allowed; use the id of the ACK cluster, such as Cccfd68c474454665ace07efce924aaaa',
      'clusters.one.region: "Beijing" is not allowed; use the region of the cluster, such as cn-hangzhou',
      'clusters.one.cooldownMinutes: 181 is not allowed; use a whole number from 0 to 180 (minutes)',
      'clusters.one.exclusive: "yes" is not allowed; use true or false',
      'clusters.two.worker.worker_period: 11 is not allowed; use 1 to 9 or 12 (months)',
      'clusters.two.staleAfterMinutes: 0 is not allowed; use a whole number from 1 to 1440 (minutes)',
      'labels.value: "value" is not allowed; list label names',
      'clusters.two.alarms[0].name: edge-* is already used by clusters.one.alarms[0].name; each must be unique',
    ]);
  });

  test('lists the rules that are broken beside the fields that are wrong', () => {
    expect(
      problemsWith({
        cooldownMinutes: -1,
        limits: limitsWith({ maxPerPurchase: 11 }),
        alarms: [
          { name: '', steps: [{ lowerBound: 5, add: 1 }] },
          { name: 'edge-cpu', steps: [{ lowerBound: 5, add: 1 }] },
        ],
        schedules: [
          { name: 'a b', at: 'rate(1 day)', add: 12 },
          { name: 'peak', at: 'rate(1 day)', add: 12 },
        ],
      }),
    ).toEqual([
      'cooldownMinutes: -1 is not allowed; use a whole number from 0 to 180 (minutes)',
      'alarms[0].name: "" is not allowed; use the name of the alarm, 1 to 255 characters, with * for any run of characters',
      'schedules[0].name: "a b" is not allowed; use 1 to 48 letters, digits, - or _',
      'limits.maxPerPurchase: 11 is above maxPerDay; use at most 10',
      'alarms[1].steps[0].lowerBound: 5 leaves a gap; start at 0, the threshold itself',
      'schedules[1].add: 12 is above limits.maxPerDay; use at most 10',
      'schedules: by themselves they can add 12 nodes in one UTC day, and limits.maxPerDay is 10; let them ask for less or less often, or raise it',
    ]);
  });

  test('does not take two wrong names for the same name', () => {
    const wrong = { ...aPolicy(), id: 'c-1', alarms: [{ name: '', steps: [{ lowerBound: 0, add: 1 }] }] };
    const problems = problemsOf({ clusters: { one: wrong, two: wrong } });
    expect(problems).toHaveLength(4);
    expect(problems.filter((line) => line.includes('used already'))).toEqual([]);
  });

  test('says nothing of a rule whose other field is wrong itself', () => {
    expect(
      problemsWith({ price: { perNodeMonth: 'cheap', currency: 'CNY' }, limits: limitsWith({ budgetPerMonth: 5 }) }),
    ).toEqual([
      'price.perNodeMonth: "cheap" is not allowed; use a number from 0.01 to 1000000000 with at most two decimals (the price of one node for one month)',
    ]);
  });

  test.each([
    ['maxNodes', 0],
    ['maxPerPurchase', 1.5],
    ['maxPerDay', 1001],
    ['maxNodes', Number.NaN],
    ['maxPerDay', Number.POSITIVE_INFINITY],
    ['maxPerPurchase', '5'],
    ['maxPerPurchase', -1],
  ])('refuses the limit %s of %p', (limit, value) => {
    const shown = typeof value === 'string' ? JSON.stringify(value) : value;
    expect(problemsWith({ limits: limitsWith({ [limit]: value }) })).toContain(
      `limits.${limit}: ${shown} is not allowed; use a whole number from 1 to 1000 (nodes)`,
    );
  });

  test('refuses a missing limit', () => {
    expect(problemsWith({ limits: { maxNodes: 1, maxPerPurchase: 1 } })).toEqual([
      'limits.maxPerDay: missing; use a whole number from 1 to 1000 (nodes)',
      'alarms[0].steps[1].add: 3 is above limits.maxPerPurchase; use at most 1',
    ]);
    expect(problemsWith({ limits: undefined })).toEqual([
      'limits: missing; use maxNodes, maxPerPurchase and maxPerDay',
    ]);
  });

  test('holds what is right in the limits and the price to the rules, beside what is wrong in them', () => {
    expect(
      problemsWith({
        limits: { maxNodes: '20', maxPerPurchase: 50, maxPerDay: 10, budgetPerMonth: 1 },
        price: { perNodeMonth: 180, currency: 'yuan' },
      }),
    ).toEqual([
      'limits.maxNodes: "20" is not allowed; use a whole number from 1 to 1000 (nodes)',
      'price.currency: "yuan" is not allowed; use a three-letter currency code, such as CNY',
      'limits.maxPerPurchase: 50 is above maxPerDay; use at most 10',
      'limits.budgetPerMonth: 1 does not pay for one node; use at least 180 (price.perNodeMonth x worker_period)',
    ]);
  });

  test.each([0, -180, 0.001, 180.005, 1e10, Number.NaN, Number.POSITIVE_INFINITY, '180'])(
    'refuses a price and a budget of %p',
    (amount) => {
      const shown = typeof amount === 'string' ? JSON.stringify(amount) : amount;
      const allowed = 'use a number from 0.01 to 1000000000 with at most two decimals';
      expect(
        problemsWith({
          price: { perNodeMonth: amount, currency: 'CNY' },
          limits: limitsWith({ budgetPerMonth: amount }),
        }),
      ).toEqual([
        `limits.budgetPerMonth: ${shown} is not allowed; ${allowed} (in the currency of price)`,
        `price.perNodeMonth: ${shown} is not allowed; ${allowed} (the price of one node for one month)`,
      ]);
    },
  );

  test.each([0.01, 0.07, 0.29, 1.1, 4.35, 180, 1e9])('accepts a price of %p', (perNodeMonth) => {
    expect(problemsWith({ price: { perNodeMonth, currency: 'CNY' } })).toEqual([]);
  });

  test('refuses a currency that is no code', () => {
    expect(problemsWith({ price: { perNodeMonth: 180, currency: 'yuan' } })).toEqual([
      'price.currency: "yuan" is not allowed; use a three-letter currency code, such as CNY',
    ]);
  });

  test('requires the period of an automatic renewal', () => {
    expect(problemsWith({ worker: aWorker({ worker_auto_renew: true }) })).toEqual([
      'worker.worker_auto_renew_period: missing; use 1 to 12 (months); required when worker_auto_renew is true',
    ]);
  });
});

describe('limits', () => {
  test('let no purchase be larger than a day', () => {
    expect(problemsWith({ limits: limitsWith({ maxPerPurchase: 11 }) })).toEqual([
      'limits.maxPerPurchase: 11 is above maxPerDay; use at most 10',
    ]);
    expect(problemsWith({ limits: limitsWith({ maxPerPurchase: 10 }) })).toEqual([]);
  });

  test('need a price for a budget', () => {
    expect(problemsWith({ limits: limitsWith({ budgetPerMonth: 6000 }) })).toEqual([
      'price: missing; limits.budgetPerMonth needs the price of a node',
    ]);
  });

  test('need a budget that pays for a node, for all the months it is bought for', () => {
    const price = { perNodeMonth: 180, currency: 'CNY' };
    const worker = aWorker({ worker_period: 3 });
    expect(problemsWith({ price, worker, limits: limitsWith({ budgetPerMonth: 539.99 }) })).toEqual([
      'limits.budgetPerMonth: 539.99 does not pay for one node; use at least 540 CNY (price.perNodeMonth x worker_period)',
    ]);
    expect(problemsWith({ price, worker, limits: limitsWith({ budgetPerMonth: 540 }) })).toEqual([]);
  });

  test('count three times 0.1 as 0.3', () => {
    const price = { perNodeMonth: 0.1, currency: 'CNY' };
    const worker = aWorker({ worker_period: 3 });
    expect(problemsWith({ price, worker, limits: limitsWith({ budgetPerMonth: 0.3 }) })).toEqual([]);
  });
});

/** Steps as `0..10 +1, 10.. +2`: from a bound to the next, and what is added. */
const stepsOf = (text: string) =>
  text
    .split(', ')
    .filter(Boolean)
    .map((step) => {
      const [bounds = '', ...amounts] = step.split(' ');
      const [lower, upper] = bounds.split('..');
      const amountOf = (amount: string) =>
        amount.endsWith('%') ? { percent: Number(amount.slice(0, -1)) } : { add: Number(amount) };
      const start = { lowerBound: Number(lower), ...(upper && { upperBound: Number(upper) }) };
      return Object.assign(start, ...amounts.map(amountOf));
    });

describe('steps', () => {
  const bound = 'use 0, or a number from 1e-100 to 9007199254740991';
  const end = 'is not above its lowerBound; use a number above 0';

  test.each<[string, string, ...string[]]>([
    [
      'a first step that is above the threshold',
      '5.. +1',
      '[0].lowerBound: 5 leaves a gap; start at 0, the threshold itself',
    ],
    ['a gap', '0..10 +1, 20.. +2', '[1].lowerBound: 20 leaves a gap after the step before; use 10'],
    ['an overlap', '0..10 +1, 5.. +2', '[1].lowerBound: 5 overlaps the step before; use 10'],
    [
      'steps in the wrong order',
      '20.. +2, 0..20 +1',
      '[0].lowerBound: 20 leaves a gap; start at 0, the threshold itself',
      '[0].upperBound: missing; use a number above 20',
      '[1].upperBound: 20 leaves larger breaches out; remove it from the last step',
      '[1].add: 1 is less than the step before adds; use at least 2',
    ],
    ['an inner step without an end', '0.. +1, 20.. +2', '[0].upperBound: missing; use 20, where the next step starts'],
    ['a step that ends where it starts', '0..0 +1, 0.. +2', `[0].upperBound: 0 ${end}`],
    [
      'a step that ends where it starts, before one that starts elsewhere',
      '0..0 +1, 20.. +2',
      `[0].upperBound: 0 ${end}`,
    ],
    [
      'a last step with an end',
      '0..50 +1',
      '[0].upperBound: 50 leaves larger breaches out; remove it from the last step',
    ],
    [
      'a larger breach that adds fewer nodes',
      '0..10 +3, 10.. +2',
      '[1].add: 2 is less than the step before adds; use at least 3',
    ],
    [
      'a larger breach that adds a smaller share',
      '0..10 50%, 10.. 20%',
      '[1].percent: 20 is less than the step before adds; use at least 50',
    ],
    [
      'nodes in one step and percent in another',
      '0..10 +1, 10.. 20%',
      '[1]: percent after add; use add in all steps or percent in all steps',
    ],
    ['neither nodes nor percent', '0..', '[0]: neither add nor percent; give one of them'],
    ['nodes and percent', '0.. +1 1%', '[0]: both add and percent; give one of them'],
    ['a middle step without an amount', '0..10 +1, 10..20, 20.. +2', '[1]: neither add nor percent; give one of them'],
    ['more than a purchase', '0.. +6', '[0].add: 6 is above limits.maxPerPurchase; use at most 5'],
    ['a negative breach', '-1.. +1', '[0].lowerBound: -1 is not allowed; use 0 or more: a breach is never negative'],
    [
      'a breach that the ledger does not take',
      '0..1e-200 +1, 1e-200..1e16 +2, 1e16.. +3',
      `[0].upperBound: 1e-200 is not allowed; ${bound}`,
      `[1].lowerBound: 1e-200 is not allowed; ${bound}`,
      `[1].upperBound: 10000000000000000 is not allowed; ${bound}`,
      `[2].lowerBound: 10000000000000000 is not allowed; ${bound}`,
    ],
    [
      'an end at infinity',
      '0..Infinity +1',
      '[0].upperBound: Infinity is not allowed; use a number, relative to the threshold, or leave it out on the last step',
    ],
    [
      'half a percent',
      '0.. 0.5%',
      '[0].percent: 0.5 is not allowed; use a whole number from 1 to 1000 (percent of the Ready nodes)',
    ],
    ['none at all', '', ': empty; list at least one step'],
  ])('refuse %s', (_what, steps, ...expected) => {
    expect(stepsWith(...stepsOf(steps))).toEqual(expected.map((problem) => `alarms[0].steps${problem}`));
  });

  test.each([
    ['one step', '0.. +5'],
    ['a start at minus zero', '-0.. +5'],
    ['steps that meet, in fractions', '0..0.1 +1, 0.1..0.3 +1, 0.3.. +2'],
    ['percent in all steps', '0..10 10%, 10.. 1000%'],
  ])('allow %s', (_what, steps) => {
    expect(stepsWith(...stepsOf(steps))).toEqual([]);
  });
});

describe('schedules', () => {
  const once = 'is for a schedule that occurs once; remove it, or use at(...)';
  const zone = 'use an IANA time zone, such as Asia/Shanghai';
  const instant = 'use an ISO 8601 instant with its offset, such as 2026-11-11T16:00:00Z';
  const until = '2026-11-11T16:00:00Z';
  const only = { at: 'at(2026-11-11T00:00:00)', timezone: 'Asia/Shanghai' };

  test.each<[string, Changes, string]>([
    ['both', { add: 1, reach: 8 }, ': both add and reach; give one of them'],
    ['more than a purchase', { add: 6 }, '.add: 6 is above limits.maxPerPurchase; use at most 5'],
    ['to reach more than may be', { reach: 21 }, '.reach: 21 is above limits.maxNodes; use at most 20'],
    ['an end of what recurs by cron', { at: 'cron(30 7 ? * MON *)', until }, `.until: ${until} ${once}`],
    ['an end of what recurs by rate', { until }, `.until: ${until} ${once}`],
    ['a name with a space', { name: 'a b' }, '.name: "a b" is not allowed; use 1 to 48 letters, digits, - or _'],
    ['a time zone that is none', { timezone: 'Asia/Beijing' }, `.timezone: "Asia/Beijing" is not allowed; ${zone}`],
    ['an offset for a time zone', { timezone: '+08:00' }, `.timezone: "+08:00" is not allowed; ${zone}`],
    ['a time zone in lower case', { timezone: 'asia/shanghai' }, `.timezone: "asia/shanghai" is not allowed; ${zone}`],
    ...['CST', 'IST', 'JST', 'BST', 'EST', 'PRC'].map((timezone): [string, Changes, string] => [
      `the abbreviation ${timezone}`,
      { timezone },
      `.timezone: "${timezone}" is not allowed; ${zone}`,
    ]),
    ...[
      'cron(0 8 31 2 ? *)',
      'cron(0 8 30-31 FEB ? *)',
      'cron(0 8 31W 4,6,9,11 ? *)',
      'cron(0 8 29 2 ? 2027,2030)',
    ].map((at): [string, Changes, string] => [
      `${at}, which never occurs`,
      { at },
      `.at: ${at} never occurs; use a day that the month has`,
    ]),
    [
      'a cron with a minute that is none',
      { at: 'cron(99 7 ? * MON *)' },
      '.at: "cron(99 7 ? * MON *)" is not allowed; use 0 to 59 for the minutes',
    ],
    [
      'a rate in the wrong number',
      { at: 'rate(5 minute)' },
      '.at: "rate(5 minute)" is not allowed; use rate(5 minutes)',
    ],
    [
      'a time that is no text',
      { at: 7 },
      '.at: 7 is not allowed; use cron(minutes hours day-of-month month day-of-week year), rate(n unit) or at(yyyy-mm-ddThh:mm:ss)',
    ],
    [
      'an end that is no date',
      { until: '2026-02-30T16:00:00Z' },
      `.until: "2026-02-30T16:00:00Z" is not allowed; ${instant}`,
    ],
    [
      'an end that its occurrences could not carry',
      { until: '2026-11-11T16:00Z' },
      `.until: "2026-11-11T16:00Z" is not allowed; ${instant}`,
    ],
    [
      'an end without an offset',
      { until: '2026-11-11T16:00:00' },
      `.until: "2026-11-11T16:00:00" is not allowed; ${instant}`,
    ],
    [
      'an end before the only occurrence',
      { ...only, until: '2026-11-10T16:00:00Z' },
      '.until: 2026-11-10T16:00:00Z is not after the only occurrence; use an instant after 2026-11-10T16:00:00.000Z',
    ],
  ])('refuse %s', (_what, changes, problem) => {
    expect(scheduleWith(changes)).toEqual([`schedules[0]${problem}`]);
  });

  test('refuse a bump of nothing', () => {
    expect(problemsWith({ schedules: [{ name: 'peak', at: 'rate(1 day)' }] })).toEqual([
      'schedules[0]: neither add nor reach; give one of them',
    ]);
  });

  test.each<[string, Changes]>([
    ['as many as a purchase may have', { add: 5 }],
    ['to fill the cluster', { reach: 20 }],
    ['an end after the only occurrence', { ...only, until: '2026-11-10T16:00:01Z' }],
    [
      'an end by an offset, in a summer time',
      { at: 'at(2026-07-01T12:00:00)', timezone: 'America/New_York', until: '2026-07-01T12:30:00-04:00' },
    ],
    ['a time zone by an old name', { timezone: 'Asia/Calcutta' }],
    ['a time zone by its new name', { timezone: 'Asia/Kolkata' }],
    ['a date that only leap years have', { at: 'cron(0 8 29 2 ? *)' }],
    ['what is over', { at: 'at(2020-02-29T08:00:00)' }],
    ['the zone UTC', { timezone: 'UTC' }],
    ['the zone GMT', { timezone: 'GMT' }],
    ['the zone Etc/UTC', { timezone: 'Etc/UTC' }],
  ])('allow %s', (_what, changes) => {
    expect(scheduleWith(changes)).toEqual([]);
  });
});

describe('names', () => {
  test('belong to one cluster, alarm rule or schedule each', () => {
    const schedules = [{ name: 'peak', at: 'rate(1 day)', add: 1 }];
    const policy = { ...aPolicy(), schedules };
    expect(problemsOf({ clusters: { one: policy, two: policy } })).toEqual([
      `clusters.two.id: ${policy.id} is already used by clusters.one.id; each must be unique`,
      'clusters.two.alarms[0].name: edge-* is already used by clusters.one.alarms[0].name; each must be unique',
      'clusters.two.schedules[0].name: peak is already used by clusters.one.schedules[0].name; each must be unique',
    ]);
  });

  test('of ACK are the same in whatever case, or one cluster would have two ledgers', () => {
    const policy = { ...aPolicy(), alarms: [] };
    const [upper, lower] = [policy.id.toUpperCase(), policy.id.toLowerCase()];
    const clusters = { one: { ...policy, id: upper }, two: { ...policy, id: lower } };
    expect(problemsOf({ clusters })).toEqual([
      `clusters.two.id: ${lower} is already used by clusters.one.id; each must be unique`,
    ]);
  });

  test.each([
    'abc',
    'Cccfd68c474454665ace07efce924aaa',
    'Cccfd68c474454665ace07efce924****',
    'ngp-cccfd68c474454665ace07efce924',
  ])('of ACK clusters cannot be %s', (id) => {
    expect(problemsWith({ id })).toEqual([
      `id: "${id}" is not allowed; use the id of the ACK cluster, such as Cccfd68c474454665ace07efce924aaaa`,
    ]);
  });

  test('are compared within a cluster, too', () => {
    const [rule] = aPolicy().alarms;
    expect(problemsWith({ alarms: [rule, rule] })).toEqual([
      'alarms[1].name: edge-* is already used by alarms[0].name; each must be unique',
    ]);
  });

  test('of an alarm rule and of a schedule may be the same', () => {
    const alarms = aPolicy().alarms.map((rule) => ({ ...rule, name: 'peak' }));
    expect(problemsWith({ alarms, schedules: [{ name: 'peak', at: 'rate(1 day)', add: 1 }] })).toEqual([]);
  });
});

describe('checkedConfig', () => {
  test('gives the config', () => {
    expect(checkedConfig({ clusters: { edge: aPolicy() } }).clusters['edge']).toEqual(aPolicy());
  });

  test('throws one error that lists every problem', () => {
    expect(() => checkedConfig({ clusters: { edge: { ...aPolicy(), cooldownMinutes: 1.5, dryRun: 0 } } })).toThrow(
      [
        'functions/config.ts has 2 problem(s):',
        '  clusters.edge.cooldownMinutes: 1.5 is not allowed; use a whole number from 0 to 180 (minutes)',
        '  clusters.edge.dryRun: 0 is not allowed; use true or false',
      ].join('\n'),
    );
  });
});

describe('policyOf', () => {
  const config = checkedConfig({ clusters: { edge: aPolicy() } });

  test('finds a cluster by its name', () => {
    expect(policyOf(config, 'edge')).toEqual(aPolicy());
  });

  test.each(['other', 'constructor', '__proto__', ''])('throws for %j', (name) => {
    expect(() => policyOf(config, name)).toThrow(`cluster ${name} is not in the config`);
  });
});
