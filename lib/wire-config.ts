import { readFileSync } from 'node:fs';
import base from '../restorable.config.ts';
import { type Config, ConfigError, defineConfig } from './config/policy.ts';

let read: Config | null = null;

/**
 * The policy's configuration, read once: restorable.config.ts, which is part of the build, with the keys of the JSON file that POLICY_FILE names in place
 * of its own, so that one build can serve several policies. Throws `ConfigError` naming the file and every path that is wrong.
 */
export function configuration(): Config {
  read ??= merged(process.env['POLICY_FILE']?.trim() ?? '');
  return read;
}

function merged(path: string): Config {
  if (path === '') return base;
  try {
    // What is wrong in it is found by `defineConfig`.
    return defineConfig({ ...base, ...(parsed(path) as Config) });
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`POLICY_FILE (${path}): ${error.message}`);
    throw error;
  }
}

function parsed(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError('cannot be read: mend the path, or unset POLICY_FILE');
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    throw new ConfigError('is no JSON');
  }
  throw new ConfigError('is no JSON object; it has the keys of restorable.config.ts');
}
