// What the package exports.
export type { ClusterInput, ConfigInput } from '../functions/domain/config/types.ts';
export { EdgeScaleOut, type EdgeScaleOutProps } from './edge-scale-out.ts';
