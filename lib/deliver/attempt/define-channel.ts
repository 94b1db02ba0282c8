import type { Channel } from './channel.ts';
import type { ChannelTraits } from '../../domain/policy/channel-traits.ts';
import type { ValuesOf, Variables } from '../../domain/settings/variable.ts';
import type { Duration } from '../../domain/time.ts';

/** All that the product knows about one channel. `S`: its settings, which `V`, its variables of the environment, come to. */
export type ChannelDefinition<V extends Variables, S> = {
  readonly traits: ChannelTraits;
  readonly variables: V;
  /** The channel is on if all of these are set and off if none of its variables is; any of those without all of these is an error that names what is missing. */
  readonly needs: readonly (keyof V & string)[];
  /** Variables any of which lets an acknowledgement come back by this channel. */
  readonly acknowledgedBy?: readonly (keyof V & string)[];
  /** Null: the channel is off. */
  readonly settings: (values: ValuesOf<V>) => S | null;
  /** The texts in the settings that no error may repeat. */
  readonly secrets: (settings: S) => readonly string[];
  /** `timeout` bounds one request. SDKs are loaded with the first message, never before. */
  readonly open: (settings: S, timeout: Duration, redact: (text: string) => string) => Channel;
  /**
   * The recipients in words by which whoever knows them recognises them, without a secret or a whole address. `variable`: the variable that a team's
   * entry names, if it does.
   */
  readonly recipients: (settings: S, variable: string | null) => string;
  /** The settings with these people after the channel's own recipients; absent: the channel takes no contacts. */
  readonly withContacts?: (settings: S, people: readonly string[]) => S;
  /** The settings where these hosts may be spoken to without TLS; absent: the channel speaks HTTP, for which the environment sees to that. */
  readonly withPlainHosts?: (settings: S, hosts: readonly string[]) => S;
  /**
   * Asks the provider, by a call that notifies nobody, whether it takes what signs us in; what it answered in words. Throws Error in its words where it
   * does not. Absent: there is no such call.
   */
  readonly ask?: (settings: S, timeout: Duration) => Promise<string>;
  /** What `restorewatch doctor` says besides. */
  readonly advice?: string;
};

/** Infers the types of one channel's variables and settings. */
export function defineChannel<V extends Variables, S>(definition: ChannelDefinition<V, S>): ChannelDefinition<V, S> {
  return definition;
}
