import { readFileSync } from 'node:fs';
import base from '../../restorewatch.config.ts';
import { type Config, ConfigError, defineConfig } from '../config/policy/define-config.ts';
import { loaded } from './load-environment.ts';

/** restorewatch.config.ts with the keys of POLICY_FILE in place of its own, read once. Throws `ConfigError` that names every wrong path. */
export function configuration(): Config {
  return (loaded.configuration ??= merged(process.env['POLICY_FILE']?.trim() ?? ''));
}

function merged(path: string): Config {
  if (path === '') return base;
  const source = `POLICY_FILE (${path})`;
  // Proof: `defineConfig` checks the shape and throws.
  return defineConfig({ ...base, ...(parsed(path, source) as Config) }, source);
}

function parsed(path: string, source: string): object {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(`${source}: cannot be read: mend the path, or unset POLICY_FILE`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    throw new ConfigError(`${source}: is no JSON`);
  }
  throw new ConfigError(`${source}: is no JSON object; it has the keys of restorewatch.config.ts`);
}
