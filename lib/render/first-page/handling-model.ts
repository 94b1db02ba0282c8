import type { PageModel } from './page-model.ts';
import type { StatusJson } from '../status-json.ts';

/** What a page shows that is about no cluster: who is told, who is not, and what was proven. */
export type HandlingModel = Pick<PageModel, 'acknowledgements' | 'channelNames' | 'restoreTests'> & {
  readonly status: Pick<
    StatusJson,
    'generatedAt' | 'silences' | 'maintenance' | 'acceptances' | 'alertPath' | 'latency' | 'serviceLevels' | 'recovery'
  >;
};
