import config from '../../restorable.config.ts';
import { connectionString } from '../../lib/config/parsers.ts';
import { addressesNamed } from '../../lib/config/recovery-policy.ts';
import { secretsOf } from '../../lib/config/secrets.ts';
import { environmentWith } from '../../lib/wire-environment.ts';

/** What a backup by hand needs of the environment. */
export type Settings = {
  readonly mongodbUri: string | null;
  readonly sandboxUri: string | null;
  /** Every text that must not be shown. */
  readonly secrets: readonly string[];
  /** How long one server may take to answer at first, in milliseconds. */
  readonly timeoutMs: number;
  /** Is there a store for the log? Without Atlas nothing of this program is set up but the backup itself. */
  readonly log: 'store' | 'file';
};

const ATLAS = ['ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET', 'ATLAS_PUBLIC_KEY', 'ATLAS_PRIVATE_KEY'];
const TIMEOUT_MS = 10_000;

/** The whole environment where Atlas is configured; else the addresses alone. Throws `EnvironmentError`, or Error for an address that is none. */
export function readSettings(): Settings {
  if (ATLAS.some((name) => valueOf(name) !== null)) return ofTheWhole();
  const [mongodbUri, sandboxUri] = [addressIn('MONGODB_URI'), addressIn('SANDBOX_MONGODB_URI')];
  const given = { ...(mongodbUri && { MONGODB_URI: mongodbUri }), ...(sandboxUri && { SANDBOX_MONGODB_URI: sandboxUri }) };
  const timeout = Number(valueOf('REQUEST_TIMEOUT_MS') ?? TIMEOUT_MS);
  return { mongodbUri, sandboxUri, secrets: secretsOf(given), timeoutMs: timeout > 0 ? timeout : TIMEOUT_MS, log: 'file' };
}

function ofTheWhole(): Settings {
  const { recovery, secrets, requestTimeoutMs } = environmentWith(config.teams ?? [], addressesNamed(config));
  return { mongodbUri: recovery.mongodbUri, sandboxUri: recovery.sandboxUri, secrets, timeoutMs: requestTimeoutMs, log: 'store' };
}

/** The connection string that a variable holds; null where it is not set. Throws Error, without the value. */
export function addressIn(variable: string): string | null {
  const value = valueOf(variable);
  return value === null ? null : checkedAddress(variable, value);
}

/** Is it meant for an address? */
export function isAddress(text: string): boolean {
  return /^mongodb(\+srv)?:\/\//.test(text);
}

/** The address itself. Throws Error, without the value, where it is none. */
export function checkedAddress(name: string, text: string): string {
  const reading = connectionString(text);
  if (reading.ok) return reading.value;
  throw new Error(`${name}: ${reading.problem} (its value is not shown)`);
}

/** Secrets of an address that is not one of the variables that the program knows. */
export function secretsIn(address: string): readonly string[] {
  return secretsOf({}, [address]);
}

function valueOf(variable: string): string | null {
  const value = (process.env[variable] ?? '').trim();
  return value === '' ? null : value;
}
