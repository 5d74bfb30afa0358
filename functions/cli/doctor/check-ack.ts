// Reads the clusters with both keys, as functions and previews do. The right to ScaleOutCluster cannot be checked without buying.

import type { AckCluster, AckNode } from '../../adapters/ack/answers.ts';
import type { AckClient } from '../../adapters/ack/client.ts';
import { AckReadError } from '../../domain/ack/read-error.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { timings } from '../../domain/timings.ts';
import { connectAck } from '../target/connect.ts';
import { secretFlags, type Target } from '../target/target.ts';
import { type CheckResult, type Finding, fail, ok, runCheck, warn } from './findings.ts';

type Key = 'ack' | 'ack-read';

export async function checkCluster(
  name: string,
  { id, region }: ClusterConfig,
  target: Target,
): Promise<readonly Finding[]> {
  const skews: number[] = [];
  const check = (key: Key, action: string, read: (ack: AckClient) => Promise<CheckResult>) =>
    runCheck(
      `${name} ${action} (${key})`,
      () => read(connectAck(target, key, (skewMs) => skews.push(skewMs))),
      (error) => remedyFor(error, key, action, region, target),
    );

  // The queue function settles busy slots and follows nodes, and the reader's key also serves previews: both need these rights.
  const checkKey = async (key: Key) => {
    const [detail, nodes, tasks] = await Promise.all([
      check(key, 'DescribeClusterDetail', async (ack) =>
        clusterCheckResult(name, await ack.describeCluster(id, region)),
      ),
      check(key, 'DescribeClusterNodes', async (ack) => nodesCheckResult(await ack.listNodes(id, region))),
      checkTasks((action, read) => check(key, action, read), id, region),
    ]);
    return [detail, nodes, ...tasks];
  };
  const findings = (await Promise.all([checkKey('ack'), checkKey('ack-read')])).flat();
  const answered = findings.some(({ status }) => status === 'ok');
  return [...findings, ...clockOf(name, skews, answered)];
}

function clusterCheckResult(name: string, { state, profile }: AckCluster): CheckResult {
  if (profile !== undefined && profile !== 'Edge')
    return fail(`it is a cluster of profile ${profile}`, `name an ACK@Edge cluster in clusters.${name}.id`);
  if (state !== 'running') return warn(`it is ${state}`, 'purchases wait until it is running');
  return ok(profile === undefined ? 'it is running' : 'it is running, and an Edge cluster');
}

function nodesCheckResult(nodes: readonly AckNode[]): CheckResult {
  return ok(`${nodes.length} nodes, ${nodes.filter(({ status }) => status === 'Ready').length} Ready`);
}

/** Reads the list, and any one task of it. */
async function checkTasks(
  check: (action: string, read: (ack: AckClient) => Promise<CheckResult>) => Promise<Finding>,
  id: string,
  region: string,
): Promise<readonly Finding[]> {
  let first: string | undefined;
  const list = await check('DescribeClusterTasks', async (ack) => {
    const tasks = await ack.listTasks(id, region);
    first = tasks[0]?.taskId;
    return ok(`${tasks.length} tasks`);
  });
  if (list.status === 'fail') return [list];
  const one = await check('DescribeTaskInfo', async (ack) => {
    if (first === undefined) return ok('not checked: there is no task');
    const { taskId, state } = await ack.readTask(first, region);
    return ok(`${taskId} is ${state}`);
  });
  return [list, one];
}

/** Without any answer there is no finding: the other lines say why. */
function clockOf(name: string, skews: readonly number[], answered: boolean): readonly Finding[] {
  const unmeasured = fail(
    'the gateway sends no Date header',
    'remove the proxy that drops the header: without it the functions buy nothing',
  );
  if (skews.length === 0) return answered ? [{ what: `${name} clock`, ...unmeasured }] : [];
  const largest = Math.max(...skews.map(Math.abs));
  const says = `this machine and the gateway differ by ${(largest / 1000).toFixed(1)} s`;
  const remedy = 'set the clock of this machine; the functions have their own clocks and buy nothing beyond 60 s';
  return [{ what: `${name} clock`, ...(largest <= timings.maxClockSkewMs ? ok(says) : fail(says, remedy)) }];
}

function remedyFor(error: unknown, key: Key, action: string, region: string, target: Target): string {
  const set = target.alibaba
    ? `the line of the role ${key} says what helps`
    : `npx scale-out secrets set ${key}${secretFlags(target)}`;
  if (!(error instanceof AckReadError)) return 'give --stack NAME, or name the secret';
  const { code, status } = error;
  if (
    code === 'NotSent' ||
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken|IncompleteSignature$)/.test(code)
  )
    return set;
  if (status === 403) return `allow cs:${action} for the ${target.alibaba ? 'RAM role' : 'RAM user of the key'} ${key}`;
  if (status === 404 || code === 'ErrorClusterNotFound') return 'correct id and region of the cluster in the config';
  if (status === undefined)
    return `make https://cs.${region}.aliyuncs.com reachable from here; the functions need it, too`;
  return 'try again; if it fails again, give the request id to the support of Alibaba Cloud';
}
