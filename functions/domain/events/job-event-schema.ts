// What subscribers of the topic scale-out-events are sent, version 1, as the one definition of the type and of the
// published JSON schema (npx scale-out event-schema). Fields may be added to a version, and none changes its meaning.
import * as z from 'zod/mini';

const text = (description: string) => z.string().check(z.describe(description));
const instant = (description: string) => z.iso.datetime().check(z.describe(description));
const nodes = (description: string) => z.int().check(z.gte(0), z.describe(description));

const anyEvent = {
  version: z.literal(1),
  id: text('Tells a second delivery of this event from another event: drop what you have seen.'),
  at: instant('When it came to this.'),
  cluster: text('The name of the cluster in the config.'),
};

const jobEvent = {
  ...anyEvent,
  key: text('The idempotency key of the job; npx scale-out show KEY tells its whole story.'),
  source: text('Who asked: cloudwatch, alertmanager, grafana, arms, cloudmonitor, schedule or manual.'),
  alarm: z.exactOptional(text('The alarm that went off, for what an alarm asked for.')),
  requestedBy: z.exactOptional(text('The person who asked.')),
  reason: text('Why it was asked for, in the words of who asked.'),
  occurredAt: instant('When the need arose, by the clock of who asked.'),
  decidedAt: instant('When it was decided.'),
};

const bought = {
  ...jobEvent,
  count: nodes('Nodes of the purchase.'),
  cost: z
    .number()
    .check(z.describe("What they cost, in the currency of the cluster's price; 0 where no price is known.")),
};
const doubtful = {
  ...bought,
  attempt: z
    .int()
    .check(z.gte(1), z.describe('Which request for the same purchase; a second one only where rearm is on.')),
  signedAt: instant('When the request was signed. What has not shown up 37 minutes later did not happen.'),
};
const taskId = text('The task in the ACK cluster.');
const delivered = {
  ...bought,
  taskId: z.exactOptional(taskId),
  acceptedAt: instant('When the purchase was accepted, or found to be.'),
  ready: nodes('How many of the nodes are Ready.'),
};

const state = <const S extends string>(name: S, description: string) => z.literal(name).check(z.describe(description));
const person = { by: text('Who says so.'), why: text('Why, in their words.') };

export const jobEventSchema = z.discriminatedUnion('state', [
  z.object({
    ...bought,
    state: state('bought', 'The purchase was accepted.'),
    taskId: z.exactOptional(taskId),
    why: text('The decision, in words.'),
    found: z.exactOptional(text('How it was found, where the answer was lost.')),
  }),
  z.object({
    ...bought,
    state: state('rejected', 'The API refused the purchase: nothing was bought.'),
    code: z.exactOptional(text("The API's code.")),
    message: z.exactOptional(text("The API's words.")),
  }),
  z.object({
    ...jobEvent,
    state: state('refused', 'A limit of the config leaves room for no node: nothing was bought.'),
    limit: z.enum(['max-nodes', 'max-per-day', 'max-per-purchase', 'budget']),
    why: text('The decision, in words.'),
  }),
  z.object({
    ...doubtful,
    state: state('in-doubt', 'Nobody knows whether it was bought; evidence is being looked for.'),
  }),
  z.object({
    ...doubtful,
    state: state('parked', 'Evidence is not enough: a person must say whether it was bought (npx scale-out resolve).'),
    why: text('The evidence.'),
  }),
  z.object({ ...doubtful, state: state('rearmed', 'It was not executed, and is being sent once more.') }),
  z.object({
    ...bought,
    state: state('resolved', 'A person said whether it was bought.'),
    outcome: z.enum(['accepted', 'abandoned']),
    taskId: z.exactOptional(taskId),
    ...person,
    rearmedAs: z.exactOptional(text('The key of the job that asks for its nodes again.')),
  }),
  z.object({ ...delivered, state: state('ready', 'All nodes of the purchase are Ready.') }),
  z.object({
    ...delivered,
    state: state('partial', 'Fewer nodes came than were asked for; those are Ready.'),
    why: text('What the task says.'),
  }),
  z.object({
    ...delivered,
    state: state('failed', 'The task failed: no node came.'),
    code: text("The task's code."),
    message: text("The task's words."),
  }),
  z.object({
    ...delivered,
    state: state('overdue', 'Nodes that are paid for have not joined in time.'),
    why: text('What is missing.'),
  }),
  z.object({ ...anyEvent, state: state('paused', 'The cluster buys nothing until it is resumed.'), ...person }),
  z.object({ ...anyEvent, state: state('resumed', 'The cluster may buy again.'), ...person }),
  z.object({
    ...anyEvent,
    state: state('unowned-tasks', 'Something else scales the cluster, although the config says that it is exclusive.'),
    taskIds: z
      .array(z.string())
      .check(z.describe('Scale-out tasks that no purchase of this system is known to have made.')),
  }),
]);

/** A change in the state of a job, or in what is known of a cluster. */
export type JobEvent = Readonly<z.output<typeof jobEventSchema>>;
