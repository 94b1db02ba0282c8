import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BackupError, codeOf, wordsOf } from './dump-error.ts';

const FILE = z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const SCHEMA = z.object({
  format: z.literal(1),
  name: z.string(),
  tool: z.enum(['driver', 'mongodump']),
  /** As the tool names itself. */
  toolVersion: z.string(),
  serverVersion: z.string(),
  gzip: z.boolean(),
  /** The only database in it; null: all but the server's own. */
  database: z.string().nullable(),
  /** The hosts that it was read from, without user and password; older backups lack them. */
  hosts: z.array(z.string()).optional(),
  /** What that server called itself and the members of its set, "host:port"; left out where it told none. */
  members: z.array(z.string()).optional(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** `oplog`: all collections at one moment, once the oplog is replayed; `none`: each as it was when its turn came. */
  consistency: z.enum(['oplog', 'none']),
  notes: z.array(z.string()),
  files: z.array(FILE),
  collections: z.array(
    z.object({ namespace: z.string(), type: z.enum(['collection', 'view', 'timeseries']), documents: z.int().nullable() }),
  ),
});

/** What is in a backup. It is stored beside the folder as `NAME.manifest.json`, so that mongorestore finds no unknown file in the folder. */
export type BackupManifest = Readonly<z.infer<typeof SCHEMA>>;
export type FileEntry = z.infer<typeof FILE>;
export type CollectionEntry = BackupManifest['collections'][number];

/** Every name by which the manifest knows the server that the backup was read from; none where there is no manifest. */
export function originIn(manifest: BackupManifest | null): readonly string[] {
  return [...(manifest?.hosts ?? []), ...(manifest?.members ?? [])];
}

/** The part of the manifest that whoever writes the backup provides. */
export type Contents = Pick<BackupManifest, 'tool' | 'toolVersion' | 'serverVersion' | 'consistency' | 'notes' | 'files' | 'collections'>;

export function manifestPath(folder: string): string {
  return `${folder}.manifest.json`;
}

/** The line that `sha256sum -c` reads. */
export function checksumLine(text: string, name: string): string {
  return `${sha256(text)}  ${name}\n`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The manifest beside the folder; null where there is none, as for a dump of mongodump's own. Throws `BackupError` for one that is not as it was written. */
export async function readManifest(folder: string): Promise<BackupManifest | null> {
  const path = manifestPath(folder);
  const text = await textOrNull(path);
  if (text === null) return null;
  const recorded = (await textOrNull(`${path}.sha256`))?.slice(0, 64);
  if (recorded === undefined) throw new BackupError(`${path}.sha256 is missing, so that the manifest cannot be trusted`, `${path}.sha256`);
  if (recorded !== sha256(text)) throw new BackupError(`${path}: wrong checksum: the manifest was changed after the backup`, path);
  return parsed(text, path);
}

async function textOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new BackupError(`${path} cannot be read: ${wordsOf(error)}`, path, null, error);
  }
}

function parsed(text: string, path: string): BackupManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BackupError(`${path}: not JSON`, path);
  }
  const read = SCHEMA.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new BackupError(`${path}: no manifest that this program knows (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`, path);
}
