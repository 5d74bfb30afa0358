import { Command } from 'commander';
import { nodes } from '../../domain/plural.ts';
import { type ClusterStatus, clusterStatus, lastPurchaseOf } from '../jobs/cluster-status.ts';
import { stateColours } from '../report/state-colours.ts';
import { type CommandDeps, type CommonOptions, locate, withExamples } from '../target/command-line.ts';
import { soundConfig } from '../target/configuration.ts';
import { CommandFailed } from '../terminal/errors.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { formatDuration, formatInstant } from '../terminal/instants.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

export function createClusters(deps: CommandDeps): Command {
  const command = new Command('clusters')
    .summary('show the state of every cluster')
    .description(
      'Shows for every cluster of functions/config.ts its nodes, the nodes on their way, a purchase in doubt, and what the limits still allow.',
    )
    .option('--json', 'print one JSON object');
  withExamples(command, ['npx scale-out clusters', 'npx scale-out clusters --json --stack EdgeScaleOut']);
  return command.action(() => clusters(command.optsWithGlobals<CommonOptions>(), deps));
}

async function clusters(options: CommonOptions, deps: CommandDeps): Promise<void> {
  const config = await soundConfig(deps);
  const target = await locate(options, ['tableName'], deps);
  const { connectAck, connectJobIndex, connectLedger } = await import('../target/connect.ts');
  const [ledger, index] = [connectLedger(target), connectJobIndex(target, deps.now)];
  const now = deps.now();
  const found = await Promise.all(
    Object.entries(config.clusters).map(([name, policy]) =>
      clusterStatus(name, policy, now, { ledger, index, ack: () => connectAck(target, 'ack-read') }),
    ),
  );
  if (options.json) deps.terminal.json({ clusters: found.map(asJson) });
  else for (const status of found) printStatus(status, now, deps.terminal);
  const unreachable = found.filter(({ nodes: count }) => 'unknown' in count).map(({ cluster }) => cluster);
  if (unreachable.length > 0)
    throw new CommandFailed(`the nodes of ${unreachable.join(' and ')} cannot be read`, exitCodes.unreachable);
}

function asJson({
  slot,
  cooldownUntil,
  paused,
  resumed,
  unowned,
  stillShort,
  lastPurchase,
  noPurchaseSince,
  ...rest
}: ClusterStatus) {
  const iso = (at: number) => new Date(at).toISOString();
  return {
    ...rest,
    slot: slot ? { ...slot, signedAt: iso(slot.signedAt) } : null,
    cooldownUntil: cooldownUntil === undefined ? null : iso(cooldownUntil),
    paused: paused
      ? { ...paused, at: iso(paused.at), ...(paused.until !== undefined && { until: iso(paused.until) }) }
      : null,
    resumed: resumed ? { ...resumed, at: iso(resumed.at) } : null,
    ...(unowned && { unowned: { ...unowned, at: iso(unowned.at) } }),
    ...(stillShort && { stillShort: { ...stillShort, at: iso(stillShort.at) } }),
    lastPurchase: lastPurchase ? { ...lastPurchase, at: iso(lastPurchase.at) } : null,
    ...(noPurchaseSince !== undefined && { noPurchaseSince: iso(noPurchaseSince) }),
  };
}

function printStatus(status: ClusterStatus, now: number, { print, paint, columns }: Terminal): void {
  const { cluster, slot, cooldownUntil, paused, unowned, stillShort, today } = status;
  const rowTexts: Readonly<Record<string, string | false | undefined>> = {
    paused:
      paused &&
      paint(
        'red',
        `by ${paused.by}, ${formatInstant(paused.at)}${paused.until === undefined ? '' : `, until ${formatInstant(paused.until)}`}: ${paused.reason}`,
      ),
    others:
      unowned &&
      paint('red', `${unowned.taskIds.join(', ')} scaled it, ${formatInstant(unowned.at)}: it is not exclusive`),
    short:
      stillShort &&
      paint(
        'yellow',
        `${stillShort.key} may buy no more, and stood, ${formatInstant(stillShort.at)}: ${stillShort.why}`,
      ),
    nodes: nodesOf(status),
    slot: slot
      ? `${paint(stateColours[slot.phase], slot.phase)} for ${formatDuration(now - slot.signedAt)}, ${nodes(slot.count)}: ${slot.key}`
      : 'free',
    today: `${today.used} of ${nodes(today.limit)} bought`,
    month: moneyOf(status),
    cooldown: cooldownUntil === undefined ? 'over' : `alarms wait until ${formatInstant(cooldownUntil)}`,
    last: lastPurchaseOf(status, now),
  };
  const rows = Object.entries(rowTexts).flatMap(([name, text]) => (text ? [[paint('dim', name.padEnd(8)), text]] : []));
  print(paint('bold', cluster));
  for (const line of tableLines(rows, { columns: columns && columns - 2 })) print(`  ${line}`);
}

function nodesOf({ nodes: count, pending }: ClusterStatus): string {
  const way = pending > 0 ? `, ${pending} on ${pending === 1 ? 'its' : 'their'} way` : '';
  if ('unknown' in count) return `not known${way}: ${count.unknown}`;
  return `${count.total}, ${count.ready === count.total ? 'all' : count.ready} Ready${way}`;
}

function moneyOf({ month: { spent, budget, left, currency = '' } }: ClusterStatus): string {
  if (budget === undefined) return currency === '' ? 'no budget' : `${spent} ${currency} spent, no budget`;
  return `${spent} of ${budget} ${currency} spent, ${left} left`;
}
