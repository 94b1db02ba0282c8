import { type Environment, readEnvironment } from '../config/environment/read-environment.ts';
import type { Config } from '../config/policy/define-config.ts';
import type { Ports } from '../ports/ports.ts';

type Loaded = { environment: Environment | null; configuration: Config | null; ports: Promise<Ports> | null };

/**
 * What the modules of `wire` have read and opened, each of it once: in the build once for each bundle that imports them (process-wide.ts). It stands in one
 * object so that tests can empty it and begin as a new process does; nothing else writes to it but `wire`.
 */
export const loaded: Loaded = { environment: null, configuration: null, ports: null };

/** Parsed once, and apart from wire.ts and the configuration, so that a check of access loads no store, channel or Atlas client. Throws `EnvironmentError`. */
export function environment(): Environment {
  return (loaded.environment ??= readEnvironment(process.env, null));
}

/** Parses it with what the configuration asks of it. The values of the variables that it names are secrets from then on. Throws `EnvironmentError`. */
export function environmentWith(config: Parameters<typeof readEnvironment>[1]): Environment {
  return (loaded.environment = readEnvironment(process.env, config));
}
