// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits quote template strings of the source.
// Mistakes that a careful engineer could make in the protocol, as edits of the shipped source. Each must be caught: that
// is the proof that the proof works. They are made while a simulation process loads the code (mutate.ts), nowhere else.

export interface Edit {
  /** Below functions/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Some conditions stand twice, in the code and in the ledger: there the mistake is made in both places. */
export interface Mutant extends Edit {
  readonly name: string;
  readonly also?: Edit;
}

const batch = 'scale-out/process-batch.ts';
const job = 'scale-out/process-job.ts';
const steps = 'scale-out/purchase-steps.ts';
const doubt = 'reconcile/resolve-doubt.ts';
const unowned = 'reconcile/unowned-tasks.ts';
const again = 'reconcile/rearm-problem.ts';
const parked = 'reconcile/resolve-parked.ts';
const visit = 'reconcile/reconcile-cluster.ts';
const ledger = 'adapters/ledger.ts';
const client = 'adapters/ack-client.ts';
const answers = 'domain/classify-response.ts';

export const mutants: readonly Mutant[] = [
  {
    name: 'job read before cluster',
    file: batch,
    find: `const clusters = await ledger.readClusters(parts.map(({ job }) => job.cluster));
  const jobs = await ledger.readJobs(parts.map(({ job }) => job.key));`,
    replace: `const jobs = await ledger.readJobs(parts.map(({ job }) => job.key));
  const clusters = await ledger.readClusters(parts.map(({ job }) => job.cluster));`,
  },
  { name: 'ARM without version', file: ledger, find: `unchanged: 'ver = :seen'`, replace: `unchanged: 'ver >= :seen'` },
  {
    name: 'slot check instead of version',
    file: ledger,
    find: `condition: when.unchanged,
        names: {
          '#used'`,
    replace: `condition: 'attribute_not_exists(purchase) AND ver >= :seen',
        names: {
          '#used'`,
  },
  {
    name: 'settle by key instead of nonce',
    file: ledger,
    find: `        condition: \`\${when.mine} AND \${when.cooldownAsRead}\${phase ? \` AND \${when.stillUnknown}\` : ''}\`,
        names: { '#key': purchase.key, '#used': 'used' },
        values: {
          ':nonce': purchase.nonce,`,
    replace: `        condition: \`purchase.#by = :nonce AND \${when.cooldownAsRead}\${phase ? \` AND \${when.stillUnknown}\` : ''}\`,
        names: { '#key': purchase.key, '#used': 'used', '#by': 'key' },
        values: {
          ':nonce': purchase.key,`,
  },
  {
    name: 'settle without condition',
    file: ledger,
    find: `condition: \`\${when.mine} AND \${when.cooldownAsRead}\${phase ? \` AND \${when.stillUnknown}\` : ''}\`,`,
    replace: `condition: \`attribute_exists(pk) OR \${when.mine} AND \${when.cooldownAsRead}\${phase ? \` AND \${when.stillUnknown}\` : ''}\`,`,
  },
  {
    name: 'ack while sending',
    file: job,
    find: `if (slot.phase === 'sending')`,
    replace: `if (slot.phase === 'nothing' as string)`,
  },
  {
    name: 'ack when another job holds the slot',
    file: job,
    find: `    return {
      kind: 'defer',
      until: deps.now() + timings.busyDelayMs,
      reason: 'busy',`,
    replace: `    return {
      kind: 'done',
      outcome: 'skipped',`,
  },
  {
    name: 'refund on ambiguity',
    file: ledger,
    find: `      update(clusterKey(cluster), {
        set: ['purchase.phase = :unknown'],`,
    replace: `      update(clusterKey(cluster), {
        set: ['purchase.phase = :unknown', 'used = used - purchase.count'],`,
  },
  {
    name: 'slot freed on any doubt',
    file: steps,
    find: `return leaveInDoubt(sent, seen, outcome.why, deps);`,
    replace: `return giveBack(sent, seen, outcome, deps);`,
  },
  {
    name: 'resend on timeout',
    file: steps,
    find: `    case 'ambiguous':`,
    replace: `    case 'ambiguous':
      if (outcome.why) {
        const again = deps.newNonce();
        return deps.ack.scaleOut({ clusterId: deps.policyOf(seen.name).id, region: deps.policyOf(seen.name).region, template: sent.request, count: sent.count, nonce: again, signedAt: sent.signedAt }).then((second) => conclude(sent, second.kind === 'ambiguous' ? { kind: 'rejected', code: 'x', message: 'x' } : second, seen, deps));
      }`,
  },
  {
    name: '5xx counts as rejected',
    file: answers,
    find: `{ status: any4xx, code: /^SignatureNonceUsed$/, proves: 'ambiguous' }`,
    replace: `{ status: (status) => status >= 500, code: /./, proves: 'rejected' }`,
  },
  {
    name: 'lost connection counts as never sent',
    file: answers,
    find: `kind: connected ? 'ambiguous' : 'refused-unexecuted'`,
    replace: `kind: connected && code === '' ? 'ambiguous' : 'refused-unexecuted'`,
  },
  {
    name: 'UNSENT in any phase',
    file: ledger,
    find: 'condition: `${when.mine} AND ${when.stillSending} AND purchase.attempt = :first`',
    replace:
      'condition: `${when.mine} AND (${when.stillSending} OR purchase.phase = purchase.phase) AND purchase.attempt = :first`',
  },
  {
    name: 'UNSENT on any attempt',
    file: ledger,
    find: '${when.stillSending} AND purchase.attempt = :first`',
    replace: '${when.stillSending} AND purchase.attempt >= :first`',
  },
  {
    name: 'rearm before the fence',
    file: doubt,
    find: `if (!fenced || `,
    replace: `if (`,
    also: { file: ledger, find: 'purchase.signedAt <= :fence', replace: 'purchase.signedAt >= :fence' },
  },
  {
    name: 'rearm on another day',
    file: again,
    find: `if (windowsAt(signedAt).window !== windowsAt(now).window)`,
    replace: `if (windowsAt(signedAt).window === '')`,
  },
  {
    name: 'abandon before the fence',
    file: parked,
    find: `word.outcome === 'abandoned' && deps.now() < from`,
    replace: `word.outcome === 'abandoned' && deps.now() < 0`,
  },
  { name: 'adopt a settled task', file: unowned, find: `!owned.has(taskId) && `, replace: '' },
  {
    name: 'adopt without exclusivity',
    file: doubt,
    find: `candidates.length === 1 && exclusive &&`,
    replace: `candidates.length === 1 &&`,
  },
  {
    name: 'forget without copy',
    file: visit,
    find: `  const records = await copyVerdicts(cluster, deps);`,
    replace: `  const records = new Map(Object.entries(cluster.done)) as unknown as Awaited<ReturnType<typeof copyVerdicts>>;`,
  },
  {
    name: 'forget young verdicts',
    file: ledger,
    find: `condition: 'attribute_not_exists(purchase) AND done.#key.#at < :old'`,
    replace: `condition: 'attribute_not_exists(purchase) AND done.#key.#at > :old'`,
    also: {
      file: visit,
      find: `if (ageMs <= (crowded ? timings.forgetAfterMs : keptMs)) continue;`,
      replace: '',
    },
  },
  {
    name: 'FORGET keeps the version',
    file: ledger,
    find: `set: ['ver = ver + :one'],`,
    replace: `set: [],`,
    also: { file: visit, find: `    ver += 1;`, replace: '' },
  },
  {
    name: 'SETTLE refunds no money',
    file: ledger,
    find: `':refund': bought ? 0 : purchase.cost,`,
    replace: `':refund': bought ? 0 : purchase.cost * 0,`,
  },
  {
    name: 'secret in the log',
    file: client,
    find: `: { ...answer, message: redact(answer.message) };`,
    replace: `: { ...answer, message: \`\${answer.message}: \${request.body}\` };`,
  },
  {
    name: 'secret in the slot',
    file: steps,
    find: `newPurchase(job, buy, deps.policyOf(job.cluster),`,
    replace: `newPurchase(job, buy, { ...deps.policyOf(job.cluster), region: await deps.ack.loginPassword() },`,
    also: {
      file: client,
      find: `  return {\n    scaleOut,`,
      replace: `  return {\n    loginPassword: deps.loginPassword,\n    scaleOut,`,
    },
  },
  {
    name: 'skip unconditional',
    file: ledger,
    find: `put({ pk: jobKey(key), key, cluster, ...skip }, when.absent)`,
    replace: `put({ pk: jobKey(key), key, cluster, ...skip }, 'attribute_not_exists(pk) OR attribute_exists(pk)')`,
  },
  {
    name: 'copy before settle',
    file: steps,
    find: `  if (!(await settlePurchase(seen, sent, verdict, deps)))`,
    replace: `  await deps.ledger.copy(seen.name, sent.key, verdict);
  if (!(await settlePurchase(seen, sent, verdict, deps)))`,
  },
  {
    name: 'failed write counts as done',
    file: steps,
    find: `    if (left === 0) throw error;`,
    replace: `    if (left >= 0) return true;`,
  },
  {
    name: 'no read back of ARM',
    file: steps,
    find: `return claim(purchase, await deps.ledger.readCluster(job.cluster));`,
    replace: `return claim(purchase, 'applied');`,
  },
  {
    name: 'send with an old signature',
    file: 'domain/purchase.ts',
    find: `now - purchase.signedAt < timings.sendWithinMs`,
    replace: `now - purchase.signedAt < timings.sendWithinMs * 1e6`,
    also: {
      file: client,
      find: `deps.now() - signedAt >= timings.sendWithinMs`,
      replace: `deps.now() - signedAt >= timings.sendWithinMs * 1e6`,
    },
  },
  {
    name: 'poison deleted without a dead letter',
    file: batch,
    find: `await queue.deadLetter(message, reason, why);`,
    replace: '',
  },
  {
    name: 'ack instead of defer',
    file: batch,
    find: `await deps.queue.defer(`,
    replace: `if (message.receiveCount > 999) await deps.queue.defer(`,
  },
  { name: 'daily limit not counted', file: ledger, find: `'#used = #used + :count'`, replace: `'#used = :count'` },
  {
    name: 'pending ignored',
    file: 'domain/limits.ts',
    find: `limits.maxNodes - nodes - pending`,
    replace: `limits.maxNodes - nodes`,
  },
  {
    name: 'clock skew ignored',
    file: job,
    find: `if (problem !== undefined) return defer('clock-skew',`,
    replace: `if (problem === '') return defer('clock-skew',`,
  },
];

/** The edits of a mutant. */
export const editsOf = ({ also, ...first }: Mutant): readonly Edit[] => (also ? [first, also] : [first]);

/** The edited source. @throws Error when the code has changed so that the edit no longer fits exactly once. */
export function mutate(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`an edit of ${file} fits ${parts.length - 1} times; bring it up to date with the code: ${find}`);
  return parts.join(replace);
}
