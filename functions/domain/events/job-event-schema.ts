// The messages on the topic scale-out-events, version 1: type and JSON schema (npx scale-out event-schema). Fields may be
// added to a version; no field changes its meaning.
import * as z from 'zod/mini';
import { limitNames } from '../job/decision.ts';

const text = (description: string) => z.string().check(z.describe(description));
const instant = (description: string) => z.iso.datetime().check(z.describe(description));
const nodes = (description: string) => z.int().check(z.gte(0), z.describe(description));

const anyEvent = {
  version: z.literal(1),
  id: text('Identifies the event. Drop an id that you have seen: an event may be delivered twice.'),
  at: instant('When the state changed.'),
  cluster: text('The name of the cluster in the config.'),
};

const jobEvent = {
  ...anyEvent,
  key: text('The idempotency key of the job; npx scale-out show KEY shows the job.'),
  source: text('The sender: cloudwatch, alertmanager, grafana, arms, cloudmonitor, schedule or manual.'),
  alarm: z.exactOptional(text('The alarm, for a job of an alarm.')),
  requestedBy: z.exactOptional(text('The person who asked.')),
  reason: text('The reason, as the sender wrote it.'),
  occurredAt: instant('When the need arose, by the clock of the sender.'),
  decidedAt: instant('When it was decided.'),
};

const bought = {
  ...jobEvent,
  count: nodes('Nodes of the purchase.'),
  cost: z
    .number()
    .check(z.describe("The price of the nodes, in the cluster's currency; 0 without a configured price.")),
};
const doubtful = {
  ...bought,
  attempt: z
    .int()
    .check(z.gte(1), z.describe('The number of the request for this purchase; 2 only with the setting rearm.')),
  signedAt: instant('When the request was signed. Without a task 37 minutes later it was not executed.'),
};
const taskId = text('The task in the ACK cluster.');
const delivered = {
  ...bought,
  taskId: z.exactOptional(taskId),
  acceptedAt: instant('When the purchase was accepted, or adopted by its task.'),
  ready: nodes('How many of the nodes are Ready.'),
};

const state = <const S extends string>(name: S, description: string) => z.literal(name).check(z.describe(description));
const person = { by: text('The user who did it.'), why: text('The reason of the user.') };

export const jobEventSchema = z.discriminatedUnion('state', [
  z.object({
    ...bought,
    state: state('bought', 'The purchase was accepted.'),
    taskId: z.exactOptional(taskId),
    why: text('The decision, in words.'),
    found: z.exactOptional(text('The evidence, where the answer was lost.')),
  }),
  z.object({
    ...bought,
    state: state('rejected', 'The API refused the purchase: nothing was bought.'),
    code: z.exactOptional(text("The API's code.")),
    message: z.exactOptional(text("The API's message.")),
  }),
  z.object({
    ...bought,
    state: state('limited', 'A limit of the config cut a number to reach: fewer nodes were bought than it takes.'),
    wanted: nodes('Nodes that were missing.'),
    limit: z.enum(limitNames),
    why: text('The decision, in words.'),
  }),
  z.object({
    ...jobEvent,
    state: state('refused', 'A limit of the config leaves room for no node: nothing was bought.'),
    limit: z.enum(limitNames),
    why: text('The decision, in words.'),
  }),
  z.object({
    ...doubtful,
    state: state('in-doubt', 'It is not known whether it was bought. The reconciler looks for evidence.'),
  }),
  z.object({
    ...doubtful,
    state: state('parked', 'The evidence is not enough: a person must settle it (npx scale-out resolve).'),
    why: text('The evidence.'),
  }),
  z.object({ ...doubtful, state: state('rearmed', 'It was not executed and is sent once more.') }),
  z.object({
    ...bought,
    state: state('resolved', 'A person settled it.'),
    outcome: z.enum(['accepted', 'abandoned']),
    taskId: z.exactOptional(taskId),
    ...person,
    rearmedAs: z.exactOptional(text('The key of the job that asks for its nodes again.')),
  }),
  z.object({ ...delivered, state: state('ready', 'All nodes of the purchase are Ready.') }),
  z.object({
    ...delivered,
    state: state('partial', 'Fewer nodes came than requested; they are Ready.'),
    why: text('The message of the task.'),
  }),
  z.object({
    ...delivered,
    state: state('failed', 'The task failed: no node came.'),
    code: text("The task's code."),
    message: text("The task's message."),
  }),
  z.object({
    ...delivered,
    state: state('overdue', 'Paid nodes are not Ready in time.'),
    why: text('What is missing.'),
  }),
  z.object({ ...anyEvent, state: state('paused', 'The cluster buys nothing until it is resumed.'), ...person }),
  z.object({ ...anyEvent, state: state('resumed', 'The cluster may buy again.'), ...person }),
  z.object({
    ...anyEvent,
    state: state('unowned-tasks', 'Something else scales the cluster, although it is configured as exclusive.'),
    taskIds: z.array(z.string()).check(z.describe('Scale-out tasks that belong to no known purchase.')),
  }),
  z.object({
    ...anyEvent,
    state: state('still-short', 'An alert has bought as often as its rule lets it, and stands. It buys nothing more.'),
    key: text('The idempotency key of the first job of the alert; npx scale-out show KEY shows it.'),
    why: text('What it has bought, and the decision that it would be, in words.'),
  }),
  z.object({
    ...anyEvent,
    state: state('expiring', 'Leases of nodes end on a day: told 7 days and 1 day before, once for all of them.'),
    day: z.iso.date().check(z.describe('The day on which they end, UTC.')),
    days: z.literal([7, 1]).check(z.describe('The notice: they end within so many days.')),
    nodes: nodes('How many.'),
    endsAt: instant('When the first of them ends.'),
    renews: z
      .boolean()
      .check(
        z.describe('Whether the config has auto-renewal on: then they will be renewed, and nothing is to be done.'),
      ),
  }),
]);

/** A change in the state of a job, or in what is known of a cluster. */
export type JobEvent = Readonly<z.output<typeof jobEventSchema>>;
