// The smallest app: one cluster, and the CloudWatch alarms that ask for its nodes. Leave out `import.meta.main` in an app of your own.
//   npx cdk deploy --app 'node infra/examples/smallest-app.ts'
import { App, Stack } from 'aws-cdk-lib';
import { EdgeScaleOut } from 'edge-scale-out';

export function smallestApp(app: App): Stack {
  const stack = new Stack(app, 'EdgeNodes');
  new EdgeScaleOut(stack, 'ScaleOut', {
    clusters: {
      'edge-hangzhou': {
        id: 'Cccfd68c474454665ace07efce924bbbb',
        region: 'cn-hangzhou',
        worker: {
          worker_instance_type: 'ens.sn1.tiny',
          ens_region_id: 'cn-hangzhou-telecom',
          worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
          ens_internet_charge_type: 'BandwidthByDay',
          worker_period: 1,
          worker_auto_renew: false,
          worker_system_disk_size: 20,
          worker_data_disk_size: 0,
          timeout_mins: 60,
        },
        limits: { maxNodes: 10, maxPerPurchase: 2, maxPerDay: 4 },
        cooldownMinutes: 10,
        alarms: [{ name: 'edge-hangzhou-*', steps: [{ lowerBound: 0, add: 1 }] }],
      },
    },
  });
  return stack;
}

if (import.meta.main) smallestApp(new App());
