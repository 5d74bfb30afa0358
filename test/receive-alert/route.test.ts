import { expect, test } from '@jest/globals';
import { findRoute } from '../../functions/receive-alert/route.ts';

test.each<[string, ReturnType<typeof findRoute>]>([
  ['/alerts/alertmanager', { source: 'alertmanager' }],
  ['/alerts/alertmanager/', { source: 'alertmanager' }],
  ['/alerts/alertmanager/edge-one', { source: 'alertmanager', cluster: 'edge-one' }],
  ['/alerts/grafana/edge-one/', { source: 'grafana', cluster: 'edge-one' }],
  ['/alerts/arms/token', { source: 'arms', cluster: 'token' }],
  ['/alerts/cloudmonitor', { source: 'cloudmonitor' }],
  ['/alerts/cloudmonitor/edge-one', { source: 'cloudmonitor', cluster: 'edge-one' }],
  ['/alerts/cloudmonitor/token', { source: 'cloudmonitor', cluster: 'token' }],
  ['/alerts/cloudmonitor/token/t0k3n', { source: 'cloudmonitor', token: 't0k3n' }],
  ['/alerts/cloudmonitor/edge-one/token/t0k3n', { source: 'cloudmonitor', cluster: 'edge-one', token: 't0k3n' }],
  ['/alerts/cloudmonitor/token/token/t0k3n', { source: 'cloudmonitor', cluster: 'token', token: 't0k3n' }],
])('%s leads somewhere', (path, route) => {
  expect(findRoute(path)).toEqual(route);
});

test.each([
  '/',
  '',
  '/alerts',
  '/alerts/',
  'alerts/alertmanager',
  '//alerts/alertmanager',
  '/alerts/alertmanager//',
  '/alerts//alertmanager',
  '/alerts/cloudwatch',
  '/alerts/manual/edge-one',
  '/alerts/Alertmanager',
  '/alerts/constructor',
  '/alerts/alertmanager/edge-one/more',
  '/alerts/alertmanager/token/t0k3n',
  '/alerts/grafana/edge-one/token/t0k3n',
  '/alerts/cloudmonitor/edge-one/t0k3n',
  '/alerts/cloudmonitor/edge-one/token/',
  '/alerts/cloudmonitor/edge-one/token/t0k3n/more',
  '/alerts/cloudmonitor//token/t0k3n',
])('%j leads nowhere', (path) => {
  expect(findRoute(path)).toBeUndefined();
});
