// The one file to edit: your clusters, what is bought for them, when, and how much at most.
// `npx scale-out check` reads it and lists every problem; `cdk deploy` puts it to work.
import type { ConfigInput } from './domain/config/types.ts';

export const config: ConfigInput = {
  clusters: {
    // The name that jobs, commands and logs use for the cluster, and its identity in the ledger: keep it. Lower-case letters,
    // digits and dashes.
    'edge-beijing': {
      // The ACK@Edge cluster, and the Alibaba Cloud region of the cluster itself.
      id: 'Cccfd68c474454665ace07efce924aaaa',
      region: 'cn-beijing',

      // What one purchase buys: the body parameters of ScaleOutCluster under their own names. Count and password are
      // not here: the count is decided per job, the password lives in Secrets Manager.
      worker: {
        worker_instance_type: 'ens.sn1.tiny', // 2 vCPU, 4 GiB: the floor for an edge worker
        ens_region_id: 'cn-beijing-telecom', // the ENS site, not the cluster's region
        worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
        ens_internet_charge_type: 'BandwidthByDay', // or 95BandwidthByMonth; an account keeps its first choice
        worker_period: 1, // months, prepaid: this is the shortest there is
        worker_auto_renew: false, // capacity ends by not renewing: prepaid nodes cannot be released early
        worker_system_disk_size: 20, // GiB, 20 to 100 in steps of 10
        worker_data_disk_size: 0, // GiB, 0 for none, or 20 to 200 in steps of 10
        timeout_mins: 60,
      },

      // No alarm, no person and no schedule gets past these. They hold atomically, however many alerts arrive at once.
      limits: {
        maxNodes: 20, // in the cluster, with those on their way
        maxPerPurchase: 5,
        maxPerDay: 10, // UTC days
        budgetPerMonth: 6000, // UTC months, in the currency below
      },
      price: { perNodeMonth: 180, currency: 'CNY' }, // what one node costs for one month

      // After a purchase, alarms wait this long; a failed task doubles it, up to three hours.
      cooldownMinutes: 10,
      // An alert that is older than this buys nothing any more.
      staleAfterMinutes: 30,
      // Paid nodes that have not joined by then are reported as overdue.
      nodeJoinTimeoutMinutes: 30,

      // true only where nothing else scales this cluster out. Then a purchase in doubt is settled by the
      // one task that matches it; otherwise a person is asked.
      exclusive: true,
      // true lets a purchase that left no task behind after 37 minutes be sent again without a person.
      rearm: false,
      // true decides everything and buys nothing.
      dryRun: false,

      // Which CloudWatch alarms (or alert rules of other senders) ask for nodes here, and how many: by how far the
      // metric is beyond its threshold, in the metric's own unit. `*` stands for any run of characters.
      alarms: [
        {
          name: 'edge-beijing-*',
          steps: [
            { lowerBound: 0, upperBound: 20, add: 1 },
            { lowerBound: 20, add: 3 },
          ],
          // While an alert stands, it asks again by its value of then, five minutes after the nodes of the last purchase came: in time for
          // the metric to show them. At most five further purchases for one alert, within all limits. Without this it buys once.
          again: { afterMinutes: 5, times: 5 },
        },
      ],

      // Capacity bumps at known times, in the syntax of EventBridge Scheduler.
      schedules: [{ name: 'monday-peak', at: 'cron(30 7 ? * MON *)', timezone: 'Asia/Shanghai', reach: 8 }],
    },
  },

  // The AWS stack. What is here takes effect with the next `cdk deploy`, and all of it may be left out.
  stack: {
    // true encrypts queues, topics, ledger, secrets and logs with a KMS key of this account's own, which costs about a
    // dollar a month and its requests. People who fill secrets or read queues then need a right to that key as well.
    customerKey: false,
    // Who may enqueue may spend: besides the stack's own alarm routes, schedules and functions, only these IAM roles and
    // users may put messages on the queue. `enqueue`, `resolve --abandon-and-ask-again` and `dlq redrive` need it, even of administrators.
    enqueuers: [
      // 'arn:aws:iam::123456789012:role/on-call',
    ],
    // Who may read the two keys of Alibaba Cloud besides the functions: for `doctor`, `clusters` and previews of a redrive.
    operators: [
      // 'arn:aws:iam::123456789012:role/on-call',
    ],
    // Other AWS accounts, by id, whose alarms may ask for nodes.
    alarmAccounts: [],
    // false leaves out the URL that senders post alerts to.
    webhook: true,
  },
};
