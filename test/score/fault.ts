import type { Config } from '../../lib/config/policy/define-config.ts';
import type { ChannelId, CheckId, Severity } from '../../lib/domain/policy/policy.ts';
import type { Duration } from '../../lib/domain/time.ts';
import type { ClusterOptions } from '../emulators/atlas-model.ts';
import type { World } from './world.ts';

/** Which notification must have been accepted, and by when. */
export type Expected = {
  readonly check: CheckId;
  readonly severity: Severity;
  /** Name of the cluster, project, channel, or "the Atlas organisation". */
  readonly about: string;
  /** From the start of the fault to the provider's acceptance, as the policy allows. */
  readonly within: Duration;
  /** The channel that must have accepted it; absent: any of them. */
  readonly by?: ChannelId;
  /** How many incidents of it there may be, one after the other; absent: one. */
  readonly episodes?: number;
  /** The fault ends by itself before its time is over: the incident must have ended too. Else it must still be open then. */
  readonly ends?: true;
};

export type Act = (world: World) => void | Promise<void>;

/** One documented thing that goes wrong. Everything else stays healthy. */
export type Fault = {
  readonly id: string;
  /** What Atlas, the store, a provider or the scheduler does. */
  readonly title: string;
  /** Mark and section of the fact that it is made from. */
  readonly source: string;
  readonly setup?: Setup;
  readonly start: Act;
  /** Further acts, so long after the start. */
  readonly later?: readonly (readonly [after: Duration, act: Act])[];
  /** Empty: nobody may be notified. */
  readonly expect: readonly Expected[];
  /** Other checks that may speak besides, each with good reason and no louder than this. */
  readonly besides?: Readonly<Partial<Record<CheckId, Severity>>>;
  /** How long the world goes on after the start. */
  readonly lasts: Duration;
  /** Ends the fault when `lasts` is over; then every incident must resolve, and its resolve be accepted, within `endsWithin`. */
  readonly mend?: Act;
  readonly endsWithin?: Duration;
  /** What else must hold at the end: null, or what does not. */
  readonly proof?: (world: World) => string | null | Promise<string | null>;
};

export type Setup = {
  /** Before the first check. */
  readonly before?: Act;
  readonly policy?: Config;
  /** Clusters besides "orders" and "ledger". */
  readonly clusters?: Readonly<Record<string, ClusterOptions>>;
  readonly orders?: ClusterOptions;
  /** Real milliseconds; short where something hangs. */
  readonly requestTimeoutMs?: number;
  readonly runBudgetMs?: number;
  /** Channels that are not configured. */
  readonly without?: readonly ChannelId[];
  readonly recipients?: number;
  readonly pagerdutyApi?: boolean;
};

/** A part of the catalogue, with a heading of its own. */
export type Chapter = { readonly heading: string; readonly faults: readonly Fault[] };

/** A fault that a later check will find. */
export type NotYet = { readonly title: string; readonly source: string; readonly why: string };
