import type { RosterEntry } from './alerts/route.ts';
import type { ChannelSettings, TeamSettings } from './config/environment.ts';
import type { TeamConfig } from './config/teams.ts';

type Known = { readonly channels: ChannelSettings; readonly teams: readonly TeamSettings[] };

/** Pure: names recipients so that whoever knows them recognises them, and a log that holds them gives nothing away. */
export function recipientsNamed({ id, team }: RosterEntry, { channels, teams }: Known, configs: readonly TeamConfig[]): string {
  const settings = team === undefined ? channels : teams.find(({ name }) => name === team)?.channels;
  switch (id) {
    case 'pagerduty':
      return `env ${configs.find(({ name }) => name === team)?.to.pagerduty?.env ?? 'PAGERDUTY_ROUTING_KEY'}`;
    case 'slack':
      return `channel ${settings?.slack?.channel ?? 'unknown'}`;
    case 'email':
      return (settings?.email?.to ?? []).map((address) => address.replace(/([^\s<@])[^\s<@]*@/, '$1…@')).join(', ');
    case 'sms':
      return (settings?.sms?.to ?? []).map((number) => `${number.slice(0, 5)}…${number.slice(-2)}`).join(', ');
  }
}
