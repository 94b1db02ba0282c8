import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Framework } from '../../lib/domain/evidence/controls.ts';
import { iso } from '../../lib/domain/time.ts';
import { recordAct } from '../../lib/people/audit-trail.ts';
import type { EvidenceRequest } from '../../lib/people/export-evidence.ts';
import { keyIdOf, publicKeyOf, publicPem } from '../../lib/record/evidence/dsse.ts';
import { verifyEvidence } from '../../lib/record/evidence/verify-evidence.ts';
import { evidenceFiles, evidenceFor } from '../../lib/wire/lists/evidence-files.ts';
import { environment } from '../../lib/wire/load-environment.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import { makePrivateFolder, writePrivately } from '../process/private-file.ts';
import type { Answer } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';

/** `restorewatch evidence key`: a new key. Nothing is stored. */
export function newKey(): Answer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const data = {
    privateKey: pem,
    base64: Buffer.from(pem).toString('base64'),
    publicKey: publicPem(publicKey),
    keyId: keyIdOf(publicKey),
  };
  const text = `# EVIDENCE_KEY, a secret: as it is, or on one line as ${data.base64}\n${pem}# its public half, for whoever verifies (also at /api/evidence/key); its id is ${data.keyId}\n${data.publicKey}`;
  return { data, text };
}

type Asked = {
  /** YYYY-MM-DD in UTC, both included. */
  readonly from: string;
  readonly to?: string | undefined;
  readonly cluster?: string | undefined;
  readonly framework?: Framework | undefined;
  readonly unsigned?: true | undefined;
  readonly out: string;
};

const A_DAY = 86_400_000;

/** `restorewatch evidence export`: three files in a folder; the JSON is signed and has the SHA-256 of the other two. Throws an Error with words for people. */
export async function exportEvidence({ from, to, cluster, framework, unsigned, out }: Asked): Promise<Answer> {
  const key = environment().recovery.evidenceKey;
  if (key === null && !unsigned)
    throw new Error('EVIDENCE_KEY is not set, so nothing can be signed: set it (restorewatch evidence key makes one), or say --unsigned');
  const ports = await openPorts();
  const now = ports.now();
  const until = to === undefined ? now : Math.min(now, Date.parse(to) + A_DAY - 1);
  const request: EvidenceRequest = { from: Date.parse(from), to: until, cluster: cluster ?? null, framework: framework ?? null };
  if (request.from > request.to) throw new Error(`--from ${from} lies after ${iso(until)}, the end of what is exported`);
  const details = {
    from: iso(request.from),
    to: iso(request.to),
    via: 'command line',
    ...(cluster !== undefined && { cluster }),
    ...(framework !== undefined && { framework }),
  };
  // Both before the entry of the log, which must not speak of an export of nothing, nor of one for which there is no place.
  if (cluster !== undefined) await evidenceFor(ports, request, null);
  await makePrivateFolder(out);
  await recordAct(ports, {
    at: now,
    what: 'export',
    by: userNamed(undefined),
    from: null,
    about: 'evidence',
    details: { format: 'evidence', ...details },
  });
  const made = await evidenceFiles(ports, request, { signer: unsigned ? null : key, bound: null });
  const all = Object.fromEntries(Object.entries(made.files).map(([end, text]) => [`${made.name}.${end}`, text]));
  for (const [file, text] of Object.entries(all)) await writePrivately(join(out, file), text);
  const paths = Object.keys(all).map((file) => join(out, file));
  const { root, keyId, entries } = made;
  const tip = `root of the log: entry ${root.number}, SHA-256 ${root.hash}`;
  const signature = keyId === null ? 'not signed' : `signed by the key ${keyId}`;
  return { data: { files: paths, root, keyId, entries }, text: [...paths, tip, signature].join('\n') };
}

type Root = { readonly number: number; readonly hash: string };

/** `restorewatch evidence verify`: needs the file and the public key, and nothing else. Throws an Error where one of them cannot be read. */
export async function verifyFile(file: string, { key, root }: { readonly key: string; readonly root?: Root | undefined }): Promise<Answer> {
  const publicKey = keyIn(await read(key), key);
  const verdict = verifyEvidence(await read(file), { publicKey, ...(root && { root }) });
  const { intact, faults, about } = verdict;
  const whole = `${file} is as it was signed: ${about?.entries ?? 0} entries of the log, ${about?.from} to ${about?.to}; root: entry ${about?.root.number}, SHA-256 ${about?.root.hash}`;
  return { data: verdict, text: intact ? whole : faults.map(({ where, words }) => `${where}: ${words}`).join('\n'), code: intact ? 0 : 1 };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new Error(`${path}: cannot be read; mend the path`);
  }
}

function keyIn(pem: string, path: string): ReturnType<typeof publicKeyOf> {
  try {
    return publicKeyOf(pem);
  } catch {
    throw new Error(`${path}: is no Ed25519 public key in PEM; /api/evidence/key has it, or: openssl pkey -in PRIVATE -pubout`);
  }
}
