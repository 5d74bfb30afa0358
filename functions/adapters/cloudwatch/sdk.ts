// What alarms.ts uses of the CloudWatch client. The bundler keeps all exports of a module that is imported dynamically;
// without this file the bundle would be twice as large.
export {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  paginateDescribeAlarms,
  paginateListAlarmMuteRules,
} from '@aws-sdk/client-cloudwatch';
