import type { ContactsConfig } from './config/contact-settings.ts';
import { type Environment, type NamedAddress, readEnvironment } from './config/env.ts';
import type { TeamConfig } from './config/teams.ts';

let parsed: Environment | null = null;

/**
 * The environment, parsed once; apart from wire.ts, so that what only asks who may come in loads no store, channel or Atlas client.
 * Throws `EnvironmentError` with every problem in one message.
 */
export function environment(): Environment {
  parsed ??= readEnvironment(process.env);
  return parsed;
}

/** With the variables that teams and recovery plans name, whose values are secrets everywhere from then on. Throws `EnvironmentError`. */
export function environmentWith(
  teams: readonly TeamConfig[],
  addresses: readonly NamedAddress[] = [],
  contacts: ContactsConfig = {},
): Environment {
  parsed = readEnvironment(process.env, teams, addresses, contacts);
  return parsed;
}
