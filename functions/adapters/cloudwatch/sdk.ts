// All that alarms.ts uses of CloudWatch's client. It loads this module when it is asked for the first time, and of a
// module that is loaded so the bundler takes everything: of the client itself, that would be twice as much.
export {
  CloudWatchClient,
  DescribeAlarmsCommand,
  paginateDescribeAlarms,
  paginateListAlarmMuteRules,
} from '@aws-sdk/client-cloudwatch';
