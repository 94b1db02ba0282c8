import { type Environment, readEnvironment } from '../config/environment/read-environment.ts';

let parsed: Environment | null = null;

/** Parsed once, and apart from wire.ts and the configuration, so that a check of access loads no store, channel or Atlas client. Throws `EnvironmentError`. */
export function environment(): Environment {
  parsed ??= readEnvironment(process.env, null);
  return parsed;
}

/** Parses it with what the configuration asks of it. The values of the variables that it names are secrets from then on. Throws `EnvironmentError`. */
export function environmentWith(config: Parameters<typeof readEnvironment>[1]): Environment {
  parsed = readEnvironment(process.env, config);
  return parsed;
}
