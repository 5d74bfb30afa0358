// The clusters of the crash test, of every kind that reconcile treats differently; the limits are not what is tested.
import type { ClusterInput, ConfigInput } from '../../functions/domain/config/types.ts';

const kinds = [
  { exclusive: true, rearm: false },
  { exclusive: true, rearm: true },
  { exclusive: false, rearm: false },
  { exclusive: false, rearm: true },
] as const;

/** One purchase at a time per cluster, and minutes of doubt after most kills: enough that some are always free. */
const clusters = 32;

export const crashConfig: ConfigInput = {
  clusters: Object.fromEntries(Array.from({ length: clusters }, (_, i) => [`edge-${i}`, cluster(i)])),
};

/** The same without stored keys: the functions assume roles. */
export const keylessConfig: ConfigInput = {
  ...crashConfig,
  stack: {
    alibaba: {
      oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/aws',
      buyerRoleArn: 'acs:ram::1234567890123456:role/edge-buyer',
      readerRoleArn: 'acs:ram::1234567890123456:role/edge-reader',
    },
  },
};

function cluster(i: number): ClusterInput {
  return {
    id: `C${String(i).padStart(32, '0')}`,
    region: 'cn-beijing',
    worker: {
      timeout_mins: 60,
      worker_instance_type: 'ens.sn1.tiny',
      ens_region_id: 'cn-beijing-telecom',
      worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
      ens_internet_charge_type: 'BandwidthByDay',
      worker_period: 1,
      worker_auto_renew: false,
      worker_system_disk_size: 20,
      worker_data_disk_size: 0,
    },
    limits: { maxNodes: 1000, maxPerPurchase: 3, maxPerDay: 1000 },
    price: { perNodeMonth: 180, currency: 'CNY' },
    cooldownMinutes: 0,
    staleAfterMinutes: 1440,
    alarms: [
      {
        name: `edge-${i}-load`,
        steps: [
          { lowerBound: 0, upperBound: 20, add: 1 },
          { lowerBound: 20, add: 3 },
        ],
      },
    ],
    ...(kinds[i % kinds.length] ?? kinds[0]),
  };
}
