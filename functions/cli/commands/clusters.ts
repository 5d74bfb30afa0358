import { Command } from 'commander';
import { nodes } from '../../domain/plural.ts';
import { type ClusterStatus, clusterStatus, lastPurchaseOf } from '../jobs/cluster-status.ts';
import { expiringLeases } from '../jobs/expiring-leases.ts';
import { createNodeReader } from '../jobs/node-reader.ts';
import { stateColours } from '../report/state-colours.ts';
import {
  announce,
  type CommandDeps,
  type CommonOptions,
  durationText,
  find,
  withExamples,
} from '../target/command-line.ts';
import { configOf } from '../target/configuration.ts';
import { CommandFailed } from '../terminal/errors.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { formatDuration, formatInstant } from '../terminal/instants.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { expiringAsJson, printExpiring } from './print-expiring.ts';

export function createClusters(deps: CommandDeps): Command {
  const command = new Command('clusters')
    .summary('show the state of every cluster')
    .description(
      'Shows for every cluster of the config its nodes, the nodes on their way, a purchase in doubt, and what the limits still allow.',
    )
    .option(
      '--expiring <time>',
      'instead, the leases of nodes that end within 12h or 14d, and those that are over, by day (UTC)',
      durationText,
    )
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out clusters',
    'npx scale-out clusters --expiring 14d',
    'npx scale-out clusters --json --stack EdgeScaleOut',
  ]);
  return command.action(() => clusters(command.optsWithGlobals<ClustersOptions>(), deps));
}

interface ClustersOptions extends CommonOptions {
  /** Milliseconds. */
  readonly expiring?: number;
}

async function clusters(options: ClustersOptions, deps: CommandDeps): Promise<void> {
  const target = await find(options, ['tableName'], deps);
  const { config } = await configOf(target, deps);
  announce(target, options, ['tableName'], deps);
  const { connectAck, connectJobIndex, connectLedger } = await import('../target/connect.ts');
  const [ledger, now] = [connectLedger(target), deps.now()];
  const nodes = createNodeReader((onClockSkew) => connectAck(target, 'ack-read', onClockSkew), deps.now);
  const each = Object.entries(config.clusters);
  if (options.expiring !== undefined) {
    const until = now + options.expiring;
    const found = await Promise.all(
      each.map(([name, policy]) => expiringLeases(name, policy, until, { ledger, nodes })),
    );
    if (options.json) deps.terminal.json({ until: iso(until), clusters: found.map(expiringAsJson) });
    else for (const one of found) printExpiring(one, { now, until }, deps.terminal);
    return failForUnread(found.filter(({ leases }) => 'unknown' in leases));
  }
  const index = connectJobIndex(target, deps.now);
  const found = await Promise.all(
    each.map(([name, policy]) => clusterStatus(name, policy, now, { ledger, index, nodes })),
  );
  if (options.json) deps.terminal.json({ clusters: found.map(asJson) });
  else for (const status of found) printStatus(status, now, deps.terminal);
  return failForUnread(found.filter(({ nodes: count }) => 'unknown' in count));
}

function failForUnread(unread: readonly { readonly cluster: string }[]): void {
  if (unread.length === 0) return;
  const names = unread.map(({ cluster }) => cluster).join(' and ');
  throw new CommandFailed(`the nodes of ${names} cannot be read`, exitCodes.unreachable);
}

const iso = (at: number): string => new Date(at).toISOString();

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
  const over = count.lapsed === undefined ? '' : `, ${count.lapsed} not counted, as their lease is over`;
  return `${count.total}, ${count.ready === count.total ? 'all' : count.ready} Ready${over}${way}`;
}

function moneyOf({ month: { spent, budget, left, currency = '' } }: ClusterStatus): string {
  if (budget === undefined) return currency === '' ? 'no budget' : `${spent} ${currency} spent, no budget`;
  return `${spent} of ${budget} ${currency} spent, ${left} left`;
}
