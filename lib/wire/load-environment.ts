import { type Environment, readEnvironment } from '../config/environment/read-environment.ts';
import type { Config } from '../config/policy/define-config.ts';
import type { Ports } from '../ports/ports.ts';

type Loaded = { environment: Environment | null; configuration: Config | null; ports: Promise<Ports> | null };

/** What this process has read and opened, each of it once. All of it stands here, so that a test can begin as a new process does: with nothing. */
export const loaded: Loaded = { environment: null, configuration: null, ports: null };

/** Parsed once, and apart from wire.ts and the configuration, so that a check of access loads no store, channel or Atlas client. Throws `EnvironmentError`. */
export function environment(): Environment {
  return (loaded.environment ??= readEnvironment(process.env, null));
}

/** Parses it with what the configuration asks of it. The values of the variables that it names are secrets from then on. Throws `EnvironmentError`. */
export function environmentWith(config: Parameters<typeof readEnvironment>[1]): Environment {
  return (loaded.environment = readEnvironment(process.env, config));
}
