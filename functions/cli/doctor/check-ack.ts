// Looks at the clusters with both keys. It asks for what the functions will ask, and never buys: that the key may
// ScaleOutCluster is the one right that cannot be tried.
import type { AckClient, AckCluster, AckNode } from '../../adapters/ack/client.ts';
import { AckReadError } from '../../domain/ack/read-error.ts';
import type { ClusterConfig } from '../../domain/config/types.ts';
import { timings } from '../../domain/timings.ts';
import { connectAck } from '../target/connect.ts';
import type { Target } from '../target/target.ts';
import { type Condition, examine, type Finding, fail, ok, warn } from './findings.ts';

type Key = 'ack' | 'ack-read';

/** What each function reads with its key (README.md, Deploy), and how far the clocks differ. */
export async function examineCluster(
  name: string,
  { id, region }: ClusterConfig,
  target: Target,
): Promise<readonly Finding[]> {
  const skews: number[] = [];
  const look = (key: Key, action: string, read: (ack: AckClient) => Promise<Condition>) =>
    examine(
      `${name} ${action} (${key})`,
      () => read(connectAck(target, key, (skewMs) => skews.push(skewMs))),
      (error) => remedyFor(error, key, action, region, target),
    );

  // Whoever buys also helps: what stands in a busy slot is settled, and nodes are followed, with either key.
  const follow = async (key: Key) => {
    const [nodes, tasks] = await Promise.all([
      look(key, 'DescribeClusterNodes', async (ack) => nodesCondition(await ack.listNodes(id, region))),
      lookAtTasks((action, read) => look(key, action, read), id, region),
    ]);
    return [nodes, ...tasks];
  };
  const [detail, buyer, reader] = await Promise.all([
    look('ack', 'DescribeClusterDetail', async (ack) => clusterCondition(name, await ack.describeCluster(id, region))),
    follow('ack'),
    follow('ack-read'),
  ]);
  const findings = [detail, ...buyer, ...reader];
  const answered = findings.some(({ status }) => status === 'ok');
  return [...findings, ...clockOf(name, skews, answered)];
}

function clusterCondition(name: string, { state, profile }: AckCluster): Condition {
  if (profile !== undefined && profile !== 'Edge')
    return fail(`it is a cluster of profile ${profile}`, `name an ACK@Edge cluster in clusters.${name}.id`);
  if (state !== 'running') return warn(`it is ${state}`, 'purchases wait until it is running');
  return ok(profile === undefined ? 'it is running' : 'it is running, and an Edge cluster');
}

function nodesCondition(nodes: readonly AckNode[]): Condition {
  return ok(`${nodes.length} nodes, ${nodes.filter(({ status }) => status === 'Ready').length} Ready`);
}

/** One task is read, if there is one: which it is does not matter. */
async function lookAtTasks(
  look: (action: string, read: (ack: AckClient) => Promise<Condition>) => Promise<Finding>,
  id: string,
  region: string,
): Promise<readonly Finding[]> {
  let first: string | undefined;
  const list = await look('DescribeClusterTasks', async (ack) => {
    const tasks = await ack.listTasks(id, region);
    first = tasks[0]?.taskId;
    return ok(`${tasks.length} tasks`);
  });
  // Without the list nobody knows of a task to read.
  if (list.status === 'fail') return [list];
  const one = await look('DescribeTaskInfo', async (ack) => {
    if (first === undefined) return ok('not tried: there is no task to read');
    const { taskId, state } = await ack.readTask(first, region);
    return ok(`${taskId} is ${state}`);
  });
  return [list, one];
}

/** No answer, no clock to compare with: then the other lines say why. */
function clockOf(name: string, skews: readonly number[], answered: boolean): readonly Finding[] {
  const unmeasured = fail(
    'the gateway tells no date',
    'reach it without what takes the header Date away: the functions buy nothing by a clock that they cannot compare',
  );
  if (skews.length === 0) return answered ? [{ what: `${name} clock`, ...unmeasured }] : [];
  const largest = Math.max(...skews.map(Math.abs));
  const says = `this machine and the gateway differ by ${(largest / 1000).toFixed(1)} s`;
  const remedy = 'set the clock of this machine; the functions have clocks of their own, and buy nothing beyond 60 s';
  return [{ what: `${name} clock`, ...(largest <= timings.maxClockSkewMs ? ok(says) : fail(says, remedy)) }];
}

function remedyFor(error: unknown, key: Key, action: string, region: string, { flags }: Target): string {
  const set = `npx scale-out secrets set ${key}${flags}`;
  if (!(error instanceof AckReadError)) return 'give --stack NAME, or name the secret';
  const { code, status } = error;
  if (code === 'NotSent' || /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken)/.test(code)) return set;
  if (status === 403) return `allow cs:${action} for the RAM user of the key ${key}`;
  if (status === 404 || code === 'ErrorClusterNotFound')
    return 'correct id and region of the cluster in functions/config.ts';
  if (status === undefined) return `reach https://cs.${region}.aliyuncs.com from here; the functions must, too`;
  return 'try again; if it stays so, ask the support of Alibaba Cloud with the request id';
}
