import { connectionString } from '../../lib/domain/settings/parse-value.ts';
import { secretsOf } from '../../lib/config/environment/secrets.ts';
import { environmentWith } from '../../lib/wire/load-environment.ts';
import type { RecoveryAtlas } from '../../lib/domain/recovery/atlas-recovery.ts';
import type { ClusterName } from '../../lib/domain/recovery/restore-test.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Environment } from '../../lib/config/environment/environment.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import type { SourceAddress } from '../../lib/recovery/dump/interlock/source-proof.ts';
import { configuration } from '../../lib/wire/load-policy.ts';
import { openRecovery } from '../../lib/wire/recovery.ts';

/** What a backup by hand needs of the environment. */
export type Settings = {
  readonly mongodbUri: string | null;
  readonly sandboxUri: string | null;
  /** Every address that backups or restore tests are taken from: none of them may be restored into. */
  readonly sources: readonly SourceAddress[];
  /** The second service account's Atlas, which knows the sandbox's tag, and the targets that config names; null where none is set. */
  readonly atlas: { readonly client: RecoveryAtlas; readonly targets: readonly ClusterName[] } | null;
  /** Every text that must not be shown. */
  readonly secrets: readonly string[];
  /** How long one server may take to answer at first, in milliseconds. */
  readonly timeoutMs: number;
  /** Where records go. Without Atlas only the backup itself is set up, so there is no store for the log. */
  readonly log: 'store' | 'file';
};

const ATLAS = ['ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET', 'ATLAS_PUBLIC_KEY', 'ATLAS_PRIVATE_KEY'];
const TIMEOUT_MS = 10_000;

/** The whole environment where Atlas is configured; else the addresses alone. Throws `EnvironmentError`, or Error for an address that is none. */
export function readSettings(): Settings {
  if (ATLAS.some((name) => valueOf(name) !== null)) return ofTheWhole();
  const [mongodbUri, sandboxUri] = [addressIn('MONGODB_URI'), addressIn('SANDBOX_MONGODB_URI')];
  const sources = sourcesIn(mongodbUri, namedIn(policyOf(configuration()).general, addressIn));
  const given = { ...(mongodbUri && { MONGODB_URI: mongodbUri }), ...(sandboxUri && { SANDBOX_MONGODB_URI: sandboxUri }) };
  const timeout = Number(valueOf('REQUEST_TIMEOUT_MS') ?? TIMEOUT_MS);
  const timeoutMs = timeout > 0 ? timeout : TIMEOUT_MS;
  const secrets = secretsOf(
    given,
    sources.map(({ uri }) => uri),
  );
  return { mongodbUri, sandboxUri, sources, atlas: null, secrets, timeoutMs, log: 'file' };
}

function ofTheWhole(): Settings {
  const policy = configuration();
  const { contacts: _, ...asking } = policy;
  return settingsOf(environmentWith(asking), policyOf(policy).general);
}

/** What an environment with Atlas, and the policy, say of backups by hand. */
export function settingsOf(environment: Environment, { restoreTests = [], drills = [] }: Plans): Settings {
  const { recovery, secrets, requestTimeoutMs } = environment;
  const { mongodbUri, sandboxUri, addresses } = recovery;
  const sources = sourcesIn(
    mongodbUri,
    namedIn({ restoreTests }, (variable) => addresses[variable] ?? null),
  );
  const { atlas: client } = openRecovery(environment);
  const targets = [...restoreTests, ...drills].map(({ target }) => target);
  return { mongodbUri, sandboxUri, sources, atlas: client && { client, targets }, secrets, timeoutMs: requestTimeoutMs, log: 'store' };
}

/** The sources of all plans whose variables hold an address. */
function namedIn({ restoreTests = [] }: Plans, address: (variable: string) => string | null): readonly SourceAddress[] {
  const named = restoreTests.flatMap((plan) => plan.sources).flatMap(({ uri }) => (uri === null ? [] : [uri]));
  return named.flatMap((variable) => {
    const uri = address(variable);
    return uri === null ? [] : [{ variable, uri }];
  });
}

function sourcesIn(mongodbUri: string | null, named: readonly SourceAddress[]): readonly SourceAddress[] {
  const first = mongodbUri === null ? [] : [{ variable: 'MONGODB_URI', uri: mongodbUri }];
  return [...first, ...named.filter(({ uri }, index) => uri !== mongodbUri && named.findIndex((other) => other.uri === uri) === index)];
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

export type Target = { readonly uri: string; readonly secrets: readonly string[]; readonly warning: string | null };

/** A server's address: by the name of a variable, or, with a warning, as it is. Throws Error, without the value, where there is none. */
export function targetNamed(
  given: string,
  { sandboxUri }: Pick<Settings, 'sandboxUri'>,
  option: '--target' | '--restored' = '--target',
): Target {
  if (isAddress(given)) {
    const warning = `warning: an address on the command line is seen by everyone on this machine; ${option} takes the name of an environment variable`;
    return { uri: checkedAddress(option, given), secrets: secretsIn(given), warning };
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(given)) throw new Error(`${option}: the name of an environment variable that holds the address`);
  const uri = given === 'SANDBOX_MONGODB_URI' ? sandboxUri : addressIn(given);
  const what = option === '--target' ? 'the MongoDB to restore into' : 'the MongoDB that was restored into';
  if (uri === null) throw new Error(`${given} is not set; it takes the connection string of ${what}`);
  return { uri, secrets: secretsIn(uri), warning: null };
}

type Plans = Partial<Pick<Ports['policy']['general'], 'restoreTests' | 'drills'>>;

/** The project of a cluster: as given, else of the one that policy names as a source or a target. Throws Error, with what to type, where that is not one. */
export function projectNamed(cluster: string, given: string | undefined, { restoreTests = [], drills = [] }: Plans): string {
  if (given) return given;
  const known = [...restoreTests.flatMap(({ sources, target }) => [...sources, target]), ...drills.map(({ target }) => target)];
  const projects = [...new Set(known.filter((one) => one.cluster === cluster).map(({ project }) => project))];
  const [project] = projects;
  if (project !== undefined && projects.length === 1) return project;
  const why =
    project === undefined ? 'restorewatch.config.ts does not name it' : `restorewatch.config.ts names it in ${projects.join(' and ')}`;
  throw new Error(`say which project ${cluster} is in: --project NAME (${why})`);
}
