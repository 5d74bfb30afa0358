// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits quote template strings of the source.
// Mistakes that a careful engineer could make in the protocol, as edits of the shipped source. Each must be caught: that
// is the proof that the proof works. They are made while a simulation process loads the code (mutate.ts), nowhere else.

interface Edit {
  /** Below functions/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Some conditions stand twice, in the code and in the ledger: there the mistake is made in both places. */
interface Mutant extends Edit {
  readonly name: string;
  readonly also?: Edit;
}

const outcome = 'scale-out/message-outcome.ts';
const view = 'purchase/read-view.ts';
const assess = 'purchase/assess-job.ts';
const job = 'purchase/process-job.ts';
const need = 'purchase/need.ts';
const batch = 'scale-out/process-batch.ts';
const steps = 'purchase/send-purchase.ts';
const settle = 'purchase/settle-purchase.ts';
const doubt = 'purchase/visit/resolve-doubt.ts';
const unowned = 'purchase/visit/unowned-tasks.ts';
const again = 'purchase/visit/resend.ts';
const parked = 'purchase/visit/resolve-parked.ts';
const visit = 'purchase/visit/finish-cluster.ts';
const ledger = 'adapters/ledger/ledger.ts';
const items = 'adapters/ledger/items.ts';
const batchGet = 'adapters/batch-get.ts';
const follow = 'purchase/visit/follow-tasks.ts';
const client = 'adapters/ack/client.ts';
const leases = 'domain/decision/leases.ts';
const answers = 'domain/ack/classify-response.ts';

export const mutants: readonly Mutant[] = [
  {
    name: 'lapsed Ready nodes not counted',
    file: leases,
    find: 'Boolean(instanceId) && notReady.has(status) && leaseEndsAt',
    replace: 'Boolean(instanceId) && leaseEndsAt',
  },
  {
    name: 'one reading is enough',
    file: leases,
    find: 'ackNow - since >= timings.lapsedAfterMs',
    replace: 'ackNow - since >= 0',
  },
  {
    name: 'a node that came back not counted',
    file: leases,
    find: '!hasLapsed(node, ackNow) || !saidBefore.some((lapse) => isOf(lapse, node))',
    replace: '!saidBefore.some((lapse) => isOf(lapse, node))',
  },
  {
    name: 'lapsed nodes count for ever',
    file: leases,
    find: 'if (!leases || ackNow === undefined ||',
    replace: 'if (!leases || ackNow !== undefined ||',
  },
  {
    name: 'lapsed nodes not counted where they renew',
    file: leases,
    find: 'ackNow === undefined || isRenewed(policy)) return nodes',
    replace: 'ackNow === undefined) return nodes',
  },
  {
    name: 'LEASES without condition',
    file: ledger,
    find: 'condition: was ? when.leasesAsRead : `${when.known} AND ${when.noLeases}`,',
    replace: 'condition: was ? `${when.known} OR ${when.leasesAsRead}` : when.known,',
  },
  {
    name: 'nodes read before the cluster',
    file: 'purchase/visit/check-leases.ts',
    find: `    const cluster = await ledger.readCluster(name);
    const began = now();
    const nodes = await ack.listNodes(policy.id, policy.region);
    const [skewMs, ended] = [clockSkewMs(), now()];
`,
    replace: `    const began = now();
    const nodes = await ack.listNodes(policy.id, policy.region);
    const [skewMs, ended] = [clockSkewMs(), now()];
    const cluster = await ledger.readCluster(name);
`,
  },
  {
    name: 'an ask by a word that was answered',
    file: need,
    find: 'if (decided && stoodAt <= decided.story.decidedAt) return undefined;',
    replace: '',
  },
  {
    name: 'an ask by a word that was answered as an ask',
    file: 'purchase/evidence.ts',
    find: '(job.since ?? job.occurredAt) <= story.decidedAt',
    replace: '(job.since ?? job.occurredAt) < 0 && story.decidedAt > 0',
  },
  {
    name: 'an ask whose proof is its processing',
    file: need,
    find: 'job.alarmArn === undefined ? job.toldAt : now',
    replace: 'job.alarmArn === undefined && job.toldAt === -1 ? job.toldAt : now',
  },
  {
    name: 'an ask by delivery',
    file: 'purchase/message-jobs.ts',
    find: 'Math.min(Number(said), sentAt)',
    replace: 'sentAt',
  },
  {
    name: 'an ask beside nodes on their way',
    file: 'domain/decision/in-flight.ts',
    find: 'if (purchase || Object.values(pending).some(({ overdue }) => !overdue)) return',
    replace: 'if (purchase) return',
    also: {
      file: 'domain/decision/in-flight.ts',
      find: 'return left.overdue ? at + nodeJoinTimeoutMinutes * 60_000 : Number.POSITIVE_INFINITY;',
      replace: 'return left.overdue ? at + nodeJoinTimeoutMinutes * 60_000 : at;',
    },
  },
  {
    name: 'an ask after the recovery',
    file: need,
    find: '!hasOutcome(job, view) || endOf(job, view) !== undefined) return undefined;',
    replace: '!hasOutcome(job, view)) return undefined;',
  },
  {
    name: 'one ask too many',
    file: 'purchase/evidence.ts',
    find: 'Array.from({ length: times }',
    replace: 'Array.from({ length: times + 1 }',
  },
  {
    name: 'an ask used up by a skip',
    file: job,
    find: "job.asksAgain && (assessment.kind !== 'buy' || exhausted)",
    replace: "job.asksAgain && (assessment.kind === 'wait' || assessment.kind === 'replay' || exhausted)",
  },
  {
    name: 'an alarm that never asks again',
    file: 'reconcile/raise-missed-alarms.ts',
    find: 'const asks = !isMissed && before < asksAtOnce',
    replace: 'const asks = isMissed && before < asksAtOnce',
  },
  {
    name: 'an alarm whose note is lost becomes another alarm',
    file: 'reconcile/raise-missed-alarms.ts',
    find: 'StateChangeTime: new Date(changedAt)',
    replace: 'StateChangeTime: new Date(changedAt + 1)',
  },
  {
    name: 'a job that waits goes with its note',
    file: job,
    find: `  logDecision(job, assessment, deps);
`,
    replace: `  const isGone = job.heldBack && !(await deps.waits.read([job.key])).has(job.key);
  if (isGone) return { kind: 'done', outcome: 'skipped', why: 'it waits no more' };
  logDecision(job, assessment, deps);
`,
  },
  {
    name: 'a recovery forgotten before its alert',
    file: 'adapters/notes/recoveries.ts',
    find: 'expiryAt(now() + timings.recoveryNoteMs)',
    replace: 'expiryAt(now() + timings.recoveryNoteMs / 10_000)',
  },
  {
    name: 'a recovery ignored',
    file: view,
    find: 'return endedAt !== undefined && endedAt > occurredAt ? endedAt : undefined;',
    replace: 'return endedAt !== undefined && endedAt < occurredAt ? undefined : undefined;',
  },
  {
    name: 'a recovery ends a later firing',
    file: view,
    find: 'endedAt !== undefined && endedAt > occurredAt ?',
    replace: 'endedAt !== undefined ?',
  },
  {
    name: 'a recovery acknowledged although its write failed',
    file: batch,
    find: `return [{ kind: 'retry', why: toError(error).message }];`,
    replace: 'return [];',
  },
  {
    name: 'an answered alert hides another',
    file: need,
    find: 'const short = undecided.filter(({ missing }) => missing > 0);',
    replace: 'const short = rated(need.filter((job) => hasOutcome(job, view)));',
  },
  {
    name: 'a purchase whose task failed answers the others',
    file: need,
    find: 'return verdict && !failed &&',
    replace: 'return verdict &&',
  },
  {
    name: 'job read before cluster',
    file: view,
    find: `const clusters = await ledger.readClusters(jobs.map(({ cluster }) => cluster));
  const records = await ledger.readJobs(jobs.map(({ key }) => key));`,
    replace: `const records = await ledger.readJobs(jobs.map(({ key }) => key));
  const clusters = await ledger.readClusters(jobs.map(({ cluster }) => cluster));`,
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
    file: assess,
    find: `if (own?.phase === 'sending') return`,
    replace: `if (own?.phase === 'nothing' as string) return`,
  },
  {
    name: 'ack when another job holds the slot',
    file: job,
    find: `  return { kind: 'defer', reason, until, why };`,
    replace: `  if (reason === 'busy') return { kind: 'done', outcome: 'skipped', why };
  return { kind: 'defer', reason, until, why };`,
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
    replace: `return cancelUnsent(sent, seen, outcome, deps);`,
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
    find: '${when.stillSending} AND ${when.firstAttempt}`',
    replace: '(${when.stillSending} OR purchase.phase = purchase.phase) AND ${when.firstAttempt}`',
  },
  {
    name: 'UNSENT on any attempt',
    file: ledger,
    find: `firstAttempt: 'purchase.attempt = :first'`,
    replace: `firstAttempt: 'purchase.attempt >= :first'`,
  },
  {
    name: 'rearm before the fence',
    file: doubt,
    find: `if (!fenced || `,
    replace: `if (`,
    also: { file: ledger, find: 'purchase.signedAt <= :fence', replace: 'purchase.signedAt >= :fence' },
  },
  {
    name: 'rearm forgets the recovery',
    file: 'purchase/visit/recheck-purchase.ts',
    find: 'if (endedAt === undefined) return stands;',
    replace: 'if (endedAt === undefined || endedAt > 0) return stands;',
  },
  {
    name: 'rearm for an alarm that is over',
    file: 'purchase/visit/recheck-purchase.ts',
    find: "return recheck.kind === 'stands' ? stands : recheck;",
    replace: "return recheck.kind === 'suppressed' ? recheck : stands;",
  },
  {
    name: 'rearm of what asks again without its alert',
    file: 'domain/job/idempotency-key.ts',
    find: 'return alert === undefined || wentOffAt === undefined ?',
    replace: "return key.includes('/again/') || alert === undefined || wentOffAt === undefined ?",
  },
  {
    name: 'rearm after the end of the need',
    file: 'purchase/visit/recheck-purchase.ts',
    find: 'if (validUntil !== undefined && now() > validUntil)',
    replace: 'if (validUntil !== undefined && now() < 0)',
  },
  {
    name: 'rearm once more',
    file: ledger,
    find: `attemptsLeft: 'purchase.attempt < :max'`,
    replace: `attemptsLeft: 'purchase.attempt <= :max'`,
    also: { file: doubt, find: 'purchase.attempt >= maxAttempts', replace: 'purchase.attempt > maxAttempts' },
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
    find: `oldVerdict: 'done.#key.#at < :old'`,
    replace: `oldVerdict: 'done.#key.#at > :old'`,
    also: {
      file: visit,
      find: `    if (now() - at <= timings.forgetAfterMs) continue;
    const mayAnswer = now() - answersUntil(key, cluster) <= keptMs;
    if (mayAnswer && !isCrowded({ done: Object.fromEntries(left), pending: cluster.pending })) continue;`,
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
    file: job,
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
    file: settle,
    find: `    if (left === 0) throw error;`,
    replace: `    if (left >= 0) return true;`,
  },
  {
    name: 'no read back of ARM',
    file: job,
    find: `return claim(purchase, await deps.ledger.readCluster(job.cluster));`,
    replace: `return claim(purchase, 'applied');`,
  },
  {
    name: 'send with an old signature',
    file: 'domain/job/purchase.ts',
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
    file: outcome,
    find: `await queue.deadLetter(asSentFirst(message), reason, why);`,
    replace: '',
  },
  {
    name: 'a skip is acknowledged before it is written',
    file: 'scale-out/process-cluster.ts',
    find: `Promise.all(own).then(`,
    replace: `Promise.allSettled(own.slice(own.length)).then(`,
  },
  {
    name: 'ack instead of defer',
    file: outcome,
    find: `await deps.queue.defer(`,
    replace: `if (message.receiveCount > 999) await deps.queue.defer(`,
  },
  { name: 'daily limit not counted', file: ledger, find: `'#used = #used + :count'`, replace: `'#used = :count'` },
  {
    name: 'pending ignored',
    file: 'domain/decision/limits.ts',
    find: `limits.maxNodes - nodes - pending`,
    replace: `limits.maxNodes - nodes`,
  },
  {
    name: 'clock skew ignored',
    file: assess,
    find: `if (problem !== undefined) return asWait(defer('clock-skew',`,
    replace: `if (problem === '') return asWait(defer('clock-skew',`,
  },
  {
    name: 'UNSENT refused and not marked',
    file: steps,
    find: `  if (!given) await retryWrite(() => deps.ledger.mark(seen.name, armed.nonce));`,
    replace: '',
  },
  {
    name: 'REARM while paused',
    file: again,
    find: `  if (cluster.paused) {`,
    replace: `  if (cluster.paused === null) {`,
    also: { file: ledger, find: '${when.attemptsLeft} AND ${when.notPaused}', replace: '${when.attemptsLeft}' },
  },
  {
    name: 'REARM of a parked slot',
    file: ledger,
    find: '${when.stillUnknown} AND ${when.unchanged} AND',
    replace: '${when.unchanged} AND',
  },
  {
    name: 'PAUSE without version',
    file: ledger,
    find: `        ...(!paused && { remove: ['paused'] }),
        condition: when.unchanged,`,
    replace: `        ...(!paused && { remove: ['paused'] }),
        condition: when.known,`,
  },
  {
    name: 'PAUSE keeps the version',
    file: ledger,
    find: `set: ['ver = :next', ...(paused ? `,
    replace: `set: [...(paused ? `,
  },
  {
    name: 'SHRINK without version',
    file: ledger,
    find: 'condition: `${when.unchanged} AND ${when.cooldownAsRead}`',
    replace: 'condition: when.cooldownAsRead',
  },
  {
    name: 'SHRINK over a moved cooldown',
    file: ledger,
    find: 'condition: `${when.unchanged} AND ${when.cooldownAsRead}`',
    replace: 'condition: when.unchanged',
  },
  {
    name: 'SETTLE by the sender over a moved cooldown',
    file: ledger,
    find: 'condition: `${when.mine} AND ${when.cooldownAsRead}${phase ? ` AND ${when.stillUnknown}`',
    replace: 'condition: `${when.mine}${phase ? ` AND ${when.cooldownAsRead} AND ${when.stillUnknown}`',
  },
  {
    name: 'one empty listing enough',
    file: doubt,
    find: 'const emptyListingsNeeded = 2;',
    replace: 'const emptyListingsNeeded = 1;',
  },
  {
    name: 'exclusivity of the purchase ignored',
    file: doubt,
    find: `policy.exclusive && purchase.exclusive;`,
    replace: `policy.exclusive;`,
  },
  {
    name: 'rearm forgets the limits',
    file: again,
    find: `  return limit && `,
    replace: `  if (limit) return undefined;
  return limit && `,
  },
  {
    name: 'rearm forgets the dry run',
    file: again,
    find: `  if (policy.dryRun) return 'the cluster is in dry run';`,
    replace: '',
  },
  {
    name: 'COPY does not replace a skip',
    file: ledger,
    find: '`${when.absent} OR ${when.skipped}`',
    replace: 'when.absent',
  },
  {
    name: 'day rolls back',
    file: ledger,
    find: `    arm(seen, purchase) {`,
    replace: `    arm(read, purchase) {
      const today = windowsFor({ window: '', month: '' }, purchase.signedAt);
      const seen = read.window > today.window ? { ...read, window: '' } : read;`,
  },
  {
    name: 'UnprocessedKeys dropped',
    file: batchGet,
    find: `[...(answer.UnprocessedKeys?.[table]?.Keys ?? []), ...left.slice(maxBatchGet)]`,
    replace: `left.slice(maxBatchGet)`,
  },
  {
    name: 'inconsistent read of an item',
    file: items,
    find: `Key: { pk }, ConsistentRead: true }`,
    replace: `Key: { pk } }`,
  },
  {
    name: 'inconsistent read of many items',
    file: batchGet,
    find: `{ Keys: page, ConsistentRead: true }`,
    replace: `{ Keys: page }`,
  },
  {
    name: 'lease ignored',
    file: visit,
    find: `purchase.phase === 'sending' && deps.now() > purchase.leaseUntil`,
    replace: `purchase.phase === 'sending'`,
  },
  {
    name: 'FOLLOW of a task that was corrected',
    file: ledger,
    find: 'condition: `${when.accepted} AND ${when.taskAsRead} AND ${when.notEnded}`',
    replace: 'condition: `${when.accepted} AND (${when.taskAsRead} OR attribute_exists(taskId)) AND ${when.notEnded}`',
  },
  {
    name: 'CORRECT keeps the progress of the wrong task',
    file: ledger,
    find: `        remove: ['progress'],\n`,
    replace: '',
  },
  {
    name: 'CORRECT to the task of another purchase',
    file: 'purchase/visit/correct-task.ts',
    find: `other !== key && one.taskId === taskId`,
    replace: `other !== key && one.taskId === taskId && other === name`,
  },
  {
    name: 'a correction is left half done',
    file: follow,
    find: `    await finishCorrection(name, key, job, ledger);\n`,
    replace: '',
  },
  {
    name: 'no SHRINK after a refused FOLLOW',
    file: follow,
    find: `if (!told && !ended) return undefined;`,
    replace: `if (!told) return undefined;`,
  },
  {
    name: 'FOLLOW replaces an end',
    file: ledger,
    find: 'condition: `${when.accepted} AND ${when.taskAsRead} AND ${when.notEnded}`',
    replace: 'condition: `${when.accepted} AND ${when.taskAsRead}`',
  },
  {
    name: 'no wider look before REARM',
    file: doubt,
    find: `    contradictions.length > 0
`,
    replace: `    contradictions.length < 0
`,
  },
  {
    name: 'clock that was not measured counts as right',
    file: 'domain/ack/clock-problem.ts',
    find: `  if (skewMs === undefined) return `,
    replace: `  if (skewMs === undefined) return undefined;
  if (skewMs === null) return `,
  },
  {
    name: 'REARM without time left',
    file: again,
    find: `if (problem === undefined && deps.now() < until)`,
    replace: `if (problem === undefined)`,
  },
  {
    name: 'fence of 35 minutes',
    file: 'domain/timings.ts',
    find: `fenceMs: 37 * minute`,
    replace: `fenceMs: 35 * minute`,
  },
  {
    name: 'pause ignored',
    file: 'domain/decision/decide.ts',
    find: `  if (cluster.paused) {`,
    replace: `  if (cluster.paused?.by === 'nobody') {`,
  },
  {
    name: 'dry run ignored',
    file: 'domain/decision/decide.ts',
    find: `if (policy.dryRun || job.dryRun) {`,
    replace: `if (job.dryRun) {`,
  },
  {
    name: 'an alarm that recovered while its job waited',
    file: assess,
    find: 'return job.heldBack === true || job.asksAgain === true ||',
    replace: 'return job.asksAgain === true ||',
  },
  {
    name: 'an alarm that went off anew is the old one',
    file: 'purchase/recheck-alert.ts',
    find: 'if (alarm.changedAt > (job.wentOffAt ?? since) + sameTransitionMs) {',
    replace: 'if (alarm.changedAt < 0) {',
  },
  {
    name: 'an alarm that a slow clock dated early is another one',
    file: 'purchase/recheck-alert.ts',
    find: '(job.wentOffAt ?? since)',
    replace: 'since',
  },
  {
    name: 'muted counts as recovered',
    file: 'purchase/recheck-alert.ts',
    find: `if (suppressed !== undefined) return { kind: 'suppressed', why:`,
    replace: `if (suppressed !== undefined) return { kind: 'over', why:`,
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
