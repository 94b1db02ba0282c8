import type { ChannelId, GeneralPolicy, Priority } from './policy.ts';

/**
 * What the stages have to know about a channel. Each channel's folder declares its own (lib/deliver/channels/NAME), and no stage compares the ids of
 * channels.
 */
export type ChannelTraits = {
  /** Its name in a sentence: "PagerDuty", "email". */
  readonly label: string;
  /** Does it ring a phone? */
  readonly rings: boolean;
  /**
   * Does the provider keep one incident of its own for each key, as PagerDuty does? Then a storm is one message per incident, a rise is an update
   * under the same key, the provider sends the reminders, a person or a timer there may close the incident, and an incident that is over is never
   * sent as past, since that would open it there.
   */
  readonly tracksIncidents: boolean;
  /**
   * May a message be followed by others without a new alarm (a thread, a reply, the same key)? If not, acknowledgements and resolves are sent only
   * where policy says so (`smsResolves`).
   */
  readonly threads: boolean;
  /** Is the first message kept up to date in place when the severity rises, besides the message that announces it? */
  readonly edits: boolean;
  /** Does the daily digest go there? */
  readonly digest: boolean;
  /** Of which priorities is a message sent again that may have arrived already? */
  readonly repeats: readonly Priority[];
  /** Is it used only where `routes` names it, and never as the last resort of a P0? */
  readonly routedOnly?: true;
  /** How many messages are sent at once, and how many one claim covers. */
  readonly lanes: { readonly abreast: number; readonly claimed: number };
};

/** By channel id: every channel that the product has, in the order in which they are named, whether it is configured or not. */
export type ChannelTable = Readonly<Record<ChannelId, ChannelTraits>>;

/** A channel that the product no longer has may still be named by stored messages; none of them is ever sent. */
const UNKNOWN: ChannelTraits = {
  label: 'a channel that is not known any more',
  rings: false,
  tracksIncidents: false,
  threads: true,
  edits: false,
  digest: false,
  repeats: [],
  lanes: { abreast: 1, claimed: 1 },
};

export function traitsOf({ channels }: Pick<GeneralPolicy, 'channels'>, id: ChannelId): ChannelTraits {
  return channels[id] ?? UNKNOWN;
}

/** Are acknowledgements and resolves sent there? */
export function takesResolves(general: Pick<GeneralPolicy, 'channels' | 'smsResolves'>, id: ChannelId): boolean {
  return general.smsResolves || traitsOf(general, id).threads;
}
