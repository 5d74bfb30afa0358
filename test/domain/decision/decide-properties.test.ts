// What holds of decide for whatever valid config, ledger item, fleet and job: above all, that no limit is ever passed.
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { policyOf } from '../../../functions/domain/config/defaults.ts';
import { checkedConfig } from '../../../functions/domain/config/schema.ts';
import type { ClusterConfig, Step } from '../../../functions/domain/config/types.ts';
import { pendingNodes } from '../../../functions/domain/decision/decide.ts';
import { spentAt, usedAt, windowsAt } from '../../../functions/domain/decision/usage-window.ts';
import type { Basis, Fleet, LimitName } from '../../../functions/domain/job/decision.ts';
import { type Cluster, cooldownEnd } from '../../../functions/domain/job/purchase.ts';
import type { ScaleJob } from '../../../functions/domain/job/scale-job.ts';
import { type Decided as Decision, decide, type Given } from '../../support/decide.ts';
import {
  aCluster,
  aFleet,
  aJob,
  anAlarm,
  aPolicy,
  aVerdict,
  day,
  hour,
  minute,
  pendingOf,
  sampleAt,
} from '../../support/samples.ts';
import { testProperty } from '../../support/test-property.ts';

type Looked = Given & { readonly fleet: Fleet };

const upTo = (max: number, min = 0) => fc.integer({ min, max });
const runs = { numRuns: 300 };

/** Steps as the config allows them: from 0 up without a gap, never adding less for more. */
function stepsUpTo(maxPerPurchase: number): fc.Arbitrary<readonly Step[]> {
  const bounds = fc.uniqueArray(
    upTo(6000, 1).map((hundredths) => hundredths / 100),
    { maxLength: 3 },
  );
  return fc
    .record({
      bounds,
      unit: fc.constantFrom('add' as const, 'percent' as const),
      amounts: fc.array(upTo(1e6), { minLength: 4, maxLength: 4 }),
    })
    .map(({ bounds, unit, amounts }) => {
      const starts = [0, ...bounds.toSorted((a, b) => a - b)];
      const sorted = amounts.map((n) => 1 + (n % (unit === 'add' ? maxPerPurchase : 300))).toSorted((a, b) => a - b);
      return starts.map((lowerBound, i) => {
        const upperBound = starts[i + 1];
        return { lowerBound, ...(upperBound !== undefined && { upperBound }), [unit]: sorted[i] ?? 1 };
      });
    });
}

/** One time in twenty. */
const rarely = upTo(19).map((n) => n === 0);
/** Mostly nothing: what holds a job back must not hide what else goes on. */
const seldom = <T>(other: fc.Arbitrary<T>, usual: T) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

/** A cluster's config that an operator could have written; read as the functions read it. */
const policies: fc.Arbitrary<ClusterConfig> = upTo(20, 1).chain((maxPerPurchase) =>
  fc
    .record({
      maxPerDay: upTo(60, maxPerPurchase),
      maxNodes: fc.oneof(upTo(20, 1), upTo(100, 20)),
      cents: upTo(100_000, 1),
      spare: upTo(3_000_000),
      months: fc.constantFrom(1, 2, 3, 9, 12),
      money: fc.constantFrom('budget', 'price', 'none'),
      steps: stepsUpTo(maxPerPurchase),
      cooldownMinutes: upTo(180),
      staleAfterMinutes: upTo(1440, 10),
      dryRun: rarely,
    })
    .map(({ maxPerDay, maxNodes, cents, spare, months, money, steps, ...others }) => {
      const input = aPolicy({
        ...others,
        limits: {
          maxPerPurchase,
          maxPerDay,
          maxNodes,
          ...(money === 'budget' && { budgetPerMonth: (cents * months + spare) / 100 }),
        },
        worker: { worker_period: months },
        ...(money !== 'none' && { price: { perNodeMonth: cents / 100, currency: 'CNY' } }),
        alarms: [{ name: 'edge-*', steps }],
      });
      return policyOf(checkedConfig({ clusters: { edge: input } }), 'edge');
    }),
);

const clusters: fc.Arbitrary<Cluster> = fc
  .record({
    used: upTo(20),
    window: fc.constantFrom('', '2026-11-10', '2026-11-11', '2026-11-12'),
    spentCents: fc.oneof(upTo(100_000), upTo(3_000_000)),
    month: fc.constantFrom('', '2026-10', '2026-11', '2026-12'),
    cooldownUntil: seldom(fc.constantFrom(sampleAt - 1, sampleAt, sampleAt + 1, sampleAt + hour), 0),
    failures: upTo(5),
    pending: fc.array(upTo(4, 1), { maxLength: 3 }),
    late: rarely,
    done: fc.array(fc.record({ count: upTo(4, 1), got: fc.option(upTo(4), { nil: undefined }), age: upTo(2 * hour) }), {
      maxLength: 2,
    }),
    paused: rarely,
  })
  .map(({ spentCents, pending, late, done, paused, ...others }) =>
    aCluster({
      ...others,
      spent: spentCents / 100,
      pending: { ...pendingOf(...pending), ...(late && { late: { taskId: 'T-9', count: 2, at: 0, overdue: true } }) },
      done: Object.fromEntries(
        done.map(({ count, got, age }, i) => [
          `done-${i}`,
          aVerdict({ count, at: sampleAt - age, ...(got !== undefined && { got, endedAt: sampleAt - age / 2 }) }),
        ]),
      ),
      ...(paused && { paused: { by: 'Li Wei', reason: 'order book', at: sampleAt } }),
    }),
  );

const fleets: fc.Arbitrary<Fleet> = upTo(25).chain((nodes) =>
  fc.record({
    nodes: fc.constant(nodes),
    notReady: fc.oneof(upTo(Math.min(3, nodes)), upTo(nodes)),
    state: seldom(fc.constant('updating'), 'running'),
  }),
);

const breaches = fc.option(fc.oneof(upTo(80), fc.double({ min: 0, max: 1e300, noNaN: true })), { nil: undefined });

const jobs: fc.Arbitrary<ScaleJob> = fc
  .record({
    nodes: upTo(60, 1),
    by: breaches,
    kind: fc.constantFrom('add' as const, 'reach' as const, 'breach' as const),
    age: seldom(upTo(2 * day), minute),
    dryRun: rarely,
  })
  .map(({ nodes, by, kind, age, dryRun }) => {
    const changes = { occurredAt: sampleAt - age, ...(dryRun && { dryRun }) };
    return kind === 'breach' ? anAlarm(by, changes) : aJob({ intent: { kind, nodes }, ...changes });
  });

const inputs: fc.Arbitrary<Looked> = fc.record({
  job: jobs,
  cluster: clusters,
  policy: policies,
  fleet: fleets,
  now: fc.constant(sampleAt),
});

const countOf = (decision: Decision): number => (decision.kind === 'buy' ? decision.count : 0);
const cents = (amount: number): number => Math.round(amount * 100);

/** What decide rests on; nothing while it still has to look. */
const basisOf = (decision: Decision): Basis => (decision.kind === 'needs-fleet' ? {} : decision.basis);

/** Nodes that each limit has room for, counted in integers: the pencil beside decide's arithmetic. */
function roomsOf({ cluster, policy, fleet, now }: Looked): Readonly<Record<LimitName, number>> {
  const { limits, price, worker } = policy;
  const { window, month } = windowsAt(now);
  const used = cluster.window < window ? 0 : cluster.used;
  const spent = cluster.month < month ? 0 : cents(cluster.spent);
  const perNode = cents(price?.perNodeMonth ?? 0) * worker.worker_period;
  const left = limits.budgetPerMonth === undefined ? undefined : cents(limits.budgetPerMonth) - spent;
  const affordable =
    left === undefined ? Number.POSITIVE_INFINITY : (left - (((left % perNode) + perNode) % perNode)) / perNode;
  return {
    'max-per-purchase': limits.maxPerPurchase,
    'max-per-day': limits.maxPerDay - used,
    'max-nodes': limits.maxNodes - fleet.nodes - pendingNodes(cluster),
    budget: affordable,
  };
}

/** Nodes that the job asks for, limits aside. */
function wantedBy({ job, policy, fleet, cluster }: Looked): number {
  const { intent } = job;
  if (intent.kind === 'add') return intent.nodes;
  const awaited = Object.values(cluster.pending).reduce((all, { count, overdue }) => all + (overdue ? 0 : count), 0);
  if (intent.kind === 'reach') return intent.nodes - fleet.nodes - awaited;
  const answered = Object.values(cluster.done).reduce(
    (all, { at, endedAt = at, count, got = count }) => all + (endedAt < job.occurredAt ? 0 : got),
    0,
  );
  const by = Number((intent.by ?? 0).toPrecision(12));
  const step = policy.alarms[0]?.steps.findLast(({ lowerBound }) => by >= lowerBound);
  const ready = Math.max(0, fleet.nodes - fleet.notReady - answered);
  const share = step?.percent === undefined ? 0 : Number((BigInt(step.percent * ready) + 99n) / 100n);
  return (step?.add ?? share) - awaited - answered;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

describe('decide, for any job, cluster, fleet and policy,', () => {
  testProperty('never passes a limit', { of: [inputs], ...runs }, (input) => {
    const decision = decide(input);
    const { cluster, policy, fleet, now } = input;
    const { limits } = policy;
    const bought = countOf(decision);
    fc.pre(bought > 0);
    expect(bought).toBeLessThanOrEqual(limits.maxPerPurchase);
    expect(usedAt(cluster, now) + bought).toBeLessThanOrEqual(limits.maxPerDay);
    expect(fleet.nodes + pendingNodes(cluster) + bought).toBeLessThanOrEqual(limits.maxNodes);
    const paid = decision.kind === 'buy' ? cents(spentAt(cluster, now)) + cents(decision.cost) : 0;
    expect(paid).toBeLessThanOrEqual(cents(limits.budgetPerMonth ?? Number.POSITIVE_INFINITY));
  });

  testProperty('buys whole nodes, at least one, and no more than are wanted', { of: [inputs], ...runs }, (input) => {
    const decision = decide(input);
    if (decision.kind !== 'buy') return;
    expect(Number.isInteger(decision.count)).toBe(true);
    expect(decision.count).toBeGreaterThanOrEqual(1);
    expect(decision.count).toBeLessThanOrEqual(wantedBy(input));
  });

  testProperty(
    'buys what is wanted as far as the limits have room, once nothing holds the job back',
    { of: [inputs], ...runs },
    ({ job, cluster: { paused: _paused, ...cluster }, policy, fleet, now }) => {
      const input = {
        job: { ...job, occurredAt: now, dryRun: false },
        cluster: { ...cluster, cooldownUntil: 0 },
        policy: { ...policy, dryRun: false },
        fleet: { ...fleet, state: 'running', notReady: Math.min(fleet.notReady, 3) },
        now,
      };
      const expected = Math.max(0, Math.min(wantedBy(input), ...Object.values(roomsOf(input))));
      const decision = decide(input);
      expect(countOf(decision)).toBe(expected);
      expect(decision.kind).toBe(expected > 0 ? 'buy' : 'skip');
    },
  );

  testProperty(
    'looks at the cluster whenever it would buy, and skips without a look only what no cluster would make it buy',
    { of: [inputs, fleets], ...runs },
    ({ fleet, ...input }, other) => {
      const unseen = decide(input);
      if (countOf(decide({ ...input, fleet })) > 0) expect(unseen).toMatchObject({ kind: 'needs-fleet' });
      if (unseen.kind !== 'needs-fleet') expect(decide({ ...input, fleet: other }).kind).not.toBe('buy');
      if (unseen.kind === 'skip') expect(unmarshall(marshall(unseen.basis))).toEqual(unseen.basis);
    },
  );

  testProperty(
    'waits with a number to reach while nodes join, and then never passes it',
    { of: [inputs, upTo(60, 1), upTo(5, 1)], ...runs },
    (input, nodes, joining) => {
      const job = aJob({ intent: { kind: 'reach', nodes } });
      const decision = decide({ ...input, job, fleet: { ...input.fleet, joining } });
      const awaited = Object.values(input.cluster.pending).some(({ overdue }) => !overdue);
      if (decision.kind === 'buy') expect(awaited).toBe(false);
      expect(input.fleet.nodes + countOf(decision)).toBeLessThanOrEqual(Math.max(nodes, input.fleet.nodes));
    },
  );

  testProperty('says so when it buys a part', { of: [inputs], ...runs }, (input) => {
    const decision = decide(input);
    fc.pre(decision.kind === 'buy');
    const wanted = wantedBy(input);
    const part = countOf(decision) < wanted;
    expect(decision).toHaveProperty('why', expect.stringContaining(`buy ${countOf(decision)}`));
    expect(/the limit \S+ allows \d+ of \d+/.test(decision.kind === 'buy' ? decision.why : '')).toBe(part);
  });

  testProperty(
    'counts in what it rests on as the ledger will: what was before, and what it buys',
    { of: [inputs], ...runs },
    (input) => {
      const decision = decide(input);
      const { used, spent } = basisOf(decision);
      fc.pre(used !== undefined);
      expect(used).toEqual({
        before: usedAt(input.cluster, input.now),
        after: (used?.before ?? 0) + countOf(decision),
      });
      expect(spent !== undefined).toBe(input.policy.price !== undefined);
      const cost = decision.kind === 'buy' ? decision.cost : 0;
      expect(cents(spent?.after ?? 0)).toBe(cents(spent?.before ?? 0) + cents(cost));
    },
  );

  testProperty(
    'names the limit that cut what was wanted, with its room, and none where none did',
    { of: [inputs], ...runs },
    (input) => {
      const decision = decide(input);
      const { wanted, used, limit } = basisOf(decision);
      fc.pre(used !== undefined);
      expect(wanted).toBe(wantedBy(input));
      const rooms = roomsOf(input);
      const tightest = Math.min(...Object.values(rooms));
      expect(limit !== undefined).toBe(tightest < (wanted ?? 0));
      if (!limit) return;
      expect(limit.room).toBe(rooms[limit.name]);
      // Of several that have no room at all, any may be named.
      expect(Math.max(0, limit.room)).toBe(Math.max(0, tightest));
      if (decision.kind === 'buy') expect(decision.count).toBe(limit.room);
      else expect(decision).toMatchObject({ reason: limit.room > 0 ? 'dry-run' : limit.name });
    },
  );

  testProperty(
    'rests on what it was given, and on nothing that the ledger could not store',
    { of: [inputs], ...runs },
    (input) => {
      const basis = basisOf(decide(input));
      const { pending = 0, overdue = 0 } = basis;
      if (basis.fleet) expect(basis).toMatchObject({ fleet: input.fleet });
      if (basis.fleet) expect(pending + overdue).toBe(pendingNodes(input.cluster));
      expect(unmarshall(marshall(basis))).toEqual(basis);
    },
  );

  testProperty('tells of a dry run what it would buy in earnest', { of: [inputs], ...runs }, (input) => {
    const dry = decide({ ...input, policy: { ...input.policy, dryRun: true } });
    const earnest = decide({
      ...input,
      policy: { ...input.policy, dryRun: false },
      job: { ...input.job, dryRun: false },
    });
    if (earnest.kind !== 'buy') expect(dry).toEqual(earnest);
    else expect(dry).toMatchObject({ reason: 'dry-run', dryRun: { count: earnest.count, cost: earnest.cost } });
  });

  testProperty('skips when nothing is missing', { of: [inputs], ...runs }, (input) => {
    fc.pre(wantedBy(input) <= 0);
    expect(decide(input).kind).not.toBe('buy');
  });

  test('never buys in a dry run, while paused, for a cluster that does not run, or too late', () => {
    const holding = fc.constantFrom<(input: Looked) => Looked>(
      (input) => ({ ...input, policy: { ...input.policy, dryRun: true } }),
      (input) => ({ ...input, job: { ...input.job, dryRun: true } }),
      (input) => ({ ...input, cluster: { ...input.cluster, paused: { by: 'Li Wei', reason: 'order book', at: 0 } } }),
      (input) => ({ ...input, fleet: { ...input.fleet, state: 'updating' } }),
      (input) => ({ ...input, fleet: { ...input.fleet, nodes: 9, notReady: 5 } }),
      (input) => ({ ...input, job: { ...input.job, validUntil: input.now - 1 } }),
      (input) => ({ ...input, job: { ...input.job, occurredAt: input.now - day - 1 } }),
    );
    fc.assert(
      fc.property(inputs, holding, (input, hold) => {
        expect(decide(hold(input)).kind).not.toBe('buy');
      }),
      runs,
    );
  });

  testProperty(
    'holds alarms back while the cluster cools down, and nobody else',
    { of: [inputs], ...runs },
    (input) => {
      const hot = { ...input, cluster: { ...input.cluster, cooldownUntil: input.now + 1 } };
      const cold = { ...input, cluster: { ...input.cluster, cooldownUntil: 0 } };
      if (input.job.intent.kind === 'breach') expect(decide(hot).kind).not.toBe('buy');
      else expect(decide(hot)).toEqual(decide(cold));
    },
  );

  testProperty('never buys less for a larger breach', { of: [inputs, breaches, breaches], ...runs }, (input, a, b) => {
    const [smaller, larger] = (a ?? 0) <= (b ?? 0) ? [a, b] : [b, a];
    const countFor = (by: number | undefined) => countOf(decide({ ...input, job: anAlarm(by) }));
    expect(countFor(smaller)).toBeLessThanOrEqual(countFor(larger));
  });

  testProperty(
    'never buys more when more are on their way, used or spent',
    { of: [inputs, upTo(9, 1)], ...runs },
    (input, more) => {
      const { cluster } = input;
      const before = countOf(decide(input));
      for (const change of [
        { pending: { ...cluster.pending, more: { taskId: 'T-more', count: more, at: sampleAt } } },
        { used: cluster.used + more },
        { spent: cluster.spent + more },
      ])
        expect(countOf(decide({ ...input, cluster: { ...cluster, ...change } }))).toBeLessThanOrEqual(before);
    },
  );

  testProperty('defers to a later time, and gives every answer a reason', { of: [inputs], ...runs }, (input) => {
    const decision = decide(input);
    if (decision.kind === 'needs-fleet') throw new Error('it has looked');
    if (decision.kind === 'defer') expect(decision.until).toBeGreaterThan(input.now);
    expect(decision.why).toMatch(/^[\w-].{9,}$/);
    expect(decision.why).not.toMatch(/NaN|undefined|\.\d{3,} CNY/);
  });

  testProperty(
    'gives the same answer to the same input, and leaves it as it was',
    { of: [inputs], ...runs },
    (input) => {
      const copy = structuredClone(input);
      const answer = decide(deepFreeze(input));
      expect(decide(copy)).toEqual(answer);
      expect(input).toEqual(copy);
    },
  );
});

describe('a storm of 1,000 alarms in 10 seconds', () => {
  const storms = fc.array(breaches, { minLength: 1000, maxLength: 1000 });

  /** The ledger after a purchase: what ARM and SETTLE write. */
  function bought(cluster: Cluster, key: string, buy: Decision, policy: ClusterConfig, now: number): Cluster {
    if (buy.kind !== 'buy') return cluster;
    return {
      ...cluster,
      ...windowsAt(now),
      ver: cluster.ver + 1,
      used: usedAt(cluster, now) + buy.count,
      spent: spentAt(cluster, now) + buy.cost,
      cooldownUntil: cooldownEnd(policy.cooldownMinutes, cluster.failures, now),
      pending: { ...cluster.pending, [key]: { taskId: `T-${key}`, count: buy.count, at: now } },
    };
  }

  /** Nodes bought by alarms that arrive one after the other, 10 ms apart, each decided on what the one before left. */
  function weather(
    alarms: readonly (number | undefined)[],
    cluster: Cluster,
    policy: ClusterConfig,
    fleetAfter: (bought: number) => Fleet,
  ) {
    let [seen, total] = [cluster, 0];
    for (const [i, by] of alarms.entries()) {
      const now = sampleAt + i * 10;
      const decision = decide({ job: anAlarm(by), cluster: seen, policy, fleet: fleetAfter(total), now });
      seen = bought(seen, `storm-${i}`, decision, policy, now);
      total += countOf(decision);
    }
    return total;
  }

  /** What one alarm would buy of the largest breach; a percent step may need several purchases for it. */
  function oneAlarm(
    alarms: readonly (number | undefined)[],
    cluster: Cluster,
    policy: ClusterConfig,
    fleet: Fleet,
  ): number {
    const largest = Math.max(...alarms.map((by) => by ?? 0));
    const limits = { ...policy.limits, maxPerPurchase: policy.limits.maxPerDay };
    return countOf(decide({ job: anAlarm(largest), cluster, policy: { ...policy, limits }, fleet, now: sampleAt }));
  }

  const calm = clusters.map(({ paused: _paused, ...cluster }) => ({ ...cluster, cooldownUntil: 0, failures: 0 }));
  const fleet = upTo(50).map((nodes) => aFleet({ nodes }));
  const few = { numRuns: 25 };

  testProperty(
    'buys what one alarm of the largest breach would buy, without a cooldown',
    { of: [storms, calm, policies, fleet], ...few },
    (alarms, cluster, of, still) => {
      const policy = { ...of, cooldownMinutes: 0 };
      expect(weather(alarms, cluster, policy, () => still)).toBe(oneAlarm(alarms, cluster, policy, still));
    },
  );

  testProperty(
    'buys no more than that when its nodes join meanwhile',
    { of: [storms, calm, policies, fleet], ...few },
    (alarms, cluster, of, still) => {
      const policy = { ...of, cooldownMinutes: 0 };
      const joining = (joined: number) => ({ ...still, nodes: still.nodes + joined, notReady: joined });
      expect(weather(alarms, cluster, policy, joining)).toBeLessThanOrEqual(oneAlarm(alarms, cluster, policy, still));
    },
  );

  testProperty(
    'buys what its first alarm that is short of nodes would buy, and never more, with a cooldown',
    { of: [storms, calm, policies, fleet, upTo(180, 1)], ...few },
    (alarms, cluster, of, still, cooldownMinutes) => {
      const policy = { ...of, cooldownMinutes };
      const alone = alarms.map((by) =>
        countOf(decide({ job: anAlarm(by), cluster, policy, fleet: still, now: sampleAt })),
      );
      const total = weather(alarms, cluster, policy, () => still);
      expect(total).toBe(alone.find((count) => count > 0) ?? 0);
      expect(total).toBeLessThanOrEqual(oneAlarm(alarms, cluster, policy, still));
    },
  );

  test('buys three nodes of the shipped kind of policy, whatever the order', () => {
    const alarms = Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? 25 : i % 20));
    const policy = aPolicy({ cooldownMinutes: 0 });
    expect(weather(alarms, aCluster(), policy, () => aFleet())).toBe(3);
    expect(weather(alarms.toReversed(), aCluster(), policy, () => aFleet())).toBe(3);
    expect(
      weather(
        alarms.toSorted((a, b) => a - b),
        aCluster(),
        aPolicy(),
        () => aFleet(),
      ),
    ).toBe(1);
  });
});
