// What two senders post to the webhook: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config and
// Alibaba Cloud, "Use threshold alert callbacks".
import { randomBytes } from 'node:crypto';

/** A group with one firing alert. @param startedAt epoch milliseconds */
export function alertmanagerGroup(alertname: string, startedAt: number): string {
  const labels = { alertname, severity: 'warning' };
  const annotations = { summary: 'Load of the edge nodes', value: '90', threshold: '80' };
  return JSON.stringify({
    version: '4',
    groupKey: `{}:{alertname="${alertname}"}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'edge-scale-out',
    groupLabels: { alertname },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example:9093',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAt: new Date(startedAt).toISOString(),
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.example:9090/graph',
        fingerprint: randomBytes(8).toString('hex'),
      },
    ],
  });
}

/** CloudMonitor's form at the end of an alert. Absent values are the text `null`. @param at epoch milliseconds */
export function cloudMonitorRecovery(alertName: string, at: number): string {
  return new URLSearchParams({
    alertName,
    alertState: 'OK',
    curValue: '42',
    dimensions: '{userId=1234567890123456, instanceId=i-edge7}',
    expression: '$Average>80',
    instanceName: 'edge-node-7',
    metricName: 'CPUUtilization',
    metricProject: 'acs_ens',
    namespace: 'acs_ens',
    preTriggerLevel: 'WARN',
    ruleId: `demo-${randomBytes(8).toString('hex')}`,
    timestamp: String(at),
    triggerLevel: 'null',
    userId: '1234567890123456',
  }).toString();
}
