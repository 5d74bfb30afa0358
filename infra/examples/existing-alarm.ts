// An alarm that another stack has already asks for nodes: through the alarm topic, which becomes one of its actions.
//   npx cdk deploy --all --app 'node infra/examples/existing-alarm.ts'
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EdgeScaleOut } from 'edge-scale-out';

/** An alarm needs a name of its own: by that the config finds the cluster. */
const alarmName = 'shop-requests-per-node';

/** As an app has it already. */
function existingAlarm(app: App): Alarm {
  return new Alarm(new Stack(app, 'Shop'), 'Load', {
    alarmName,
    metric: new Metric({ namespace: 'Shop', metricName: 'RequestsPerNode', period: Duration.minutes(1) }),
    threshold: 300,
    evaluationPeriods: 3,
  });
}

export function existingAlarmApp(app: App): Stack {
  const alarm = existingAlarm(app);
  const stack = new Stack(app, 'EdgeNodes');
  const scaleOut = new EdgeScaleOut(stack, 'ScaleOut', {
    clusters: {
      'edge-wuhan': {
        id: 'Cccfd68c474454665ace07efce924eeee',
        region: 'cn-wuhan-lr',
        worker: {
          worker_instance_type: 'ens.sn1.tiny',
          ens_region_id: 'cn-wuhan-telecom',
          worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
          ens_internet_charge_type: 'BandwidthByDay',
          worker_period: 1,
          worker_auto_renew: false,
          worker_system_disk_size: 20,
          worker_data_disk_size: 0,
          timeout_mins: 60,
        },
        limits: { maxNodes: 12, maxPerPurchase: 3, maxPerDay: 6 },
        cooldownMinutes: 10,
        // By how many requests a node is above 300.
        alarms: [
          {
            name: alarmName,
            steps: [
              { lowerBound: 0, upperBound: 100, add: 1 },
              { lowerBound: 100, add: 3 },
            ],
          },
        ],
      },
    },
  });
  scaleOut.addAlarm(alarm);
  return stack;
}

if (import.meta.main) existingAlarmApp(new App());
