// What the package exports.
export type { WorkerTemplate } from '../functions/domain/ack/scale-out-request.ts';
export type {
  Again,
  AlarmRule,
  AlibabaRoles,
  ClusterConfig,
  ClusterInput,
  ConfigInput,
  Limits,
  Schedule,
  Step,
} from '../functions/domain/config/types.ts';
export { EdgeScaleOut, type EdgeScaleOutProps } from './edge-scale-out.ts';
