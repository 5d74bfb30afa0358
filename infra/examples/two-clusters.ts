// Two clusters with a budget each, a schedule for the evening, and a role of the same app that may ask for nodes.
//   npx cdk deploy --app 'node infra/examples/two-clusters.ts'
import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ClusterInput, EdgeScaleOut } from 'edge-scale-out';

const cluster = (id: string, region: string, budgetPerMonth: number): ClusterInput => ({
  id,
  region,
  worker: {
    worker_instance_type: 'ens.sn1.small',
    ens_region_id: `${region}-unicom`,
    worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
    ens_internet_charge_type: 'BandwidthByDay',
    worker_period: 1,
    worker_auto_renew: false,
    worker_system_disk_size: 40,
    worker_data_disk_size: 0,
    timeout_mins: 60,
  },
  limits: { maxNodes: 20, maxPerPurchase: 5, maxPerDay: 10, budgetPerMonth },
  price: { perNodeMonth: 240, currency: 'CNY' },
  cooldownMinutes: 15,
});

export function twoClusters(app: App): Stack {
  const stack = new Stack(app, 'EdgeNodes');
  const scaleOut = new EdgeScaleOut(stack, 'ScaleOut', {
    clusters: {
      'edge-chengdu': {
        ...cluster('Cccfd68c474454665ace07efce924cccc', 'cn-chengdu', 4800),
        alarms: [{ name: 'edge-chengdu-*', steps: [{ lowerBound: 0, add: 1 }] }],
      },
      'edge-shenzhen': {
        ...cluster('Cccfd68c474454665ace07efce924dddd', 'cn-shenzhen', 9600),
        schedules: [{ name: 'evening', at: 'cron(30 18 * * ? *)', timezone: 'Asia/Shanghai', reach: 8 }],
      },
    },
    stack: { webhook: false },
  });
  // What runs as this role may put messages on the queue, and so spend money, within the limits above.
  scaleOut.grantEnqueue(new Role(stack, 'Planner', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
  return stack;
}

if (import.meta.main) twoClusters(new App());
