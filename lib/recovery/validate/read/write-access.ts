import type { Document, MongoClient } from 'mongodb';
import { type EvidenceLine, evidenceLine } from '../../../domain/recovery/evidence.ts';
import { type Asked, ReadError, boundedRead } from './bounded-read.ts';

/** Actions that change data or its shape (mongodb.com/docs/manual/reference/privilege-actions). */
const WRITES: ReadonlySet<string> = new Set([
  'anyAction',
  'bypassDocumentValidation',
  'collMod',
  'convertToCapped',
  'createCollection',
  'createIndex',
  'dropCollection',
  'dropDatabase',
  'dropIndex',
  'insert',
  'remove',
  'renameCollectionSameDB',
  'update',
]);
/** Databases of the server's own; every user of a sharded cluster may write its session there. */
const SERVERS_OWN = new Set(['config', 'local']);
const SHOWN = 3;
const READS_ONLY = 'credentials that can only read';
const ADVICE = 'give Restorewatch a user of its own with the role readAnyDatabase';

/** Whether the credentials can write: a line that decides nothing, and warns. */
export async function writeAccess(
  client: MongoClient,
  { deadline, now = Date.now }: Asked = { deadline: Number.POSITIVE_INFINITY },
): Promise<EvidenceLine> {
  try {
    const answer = await boundedRead('connectionStatus', { deadline, now }, (maxTimeMS) =>
      client.db('admin').command({ connectionStatus: 1, showPrivileges: true, maxTimeMS }),
    );
    return writeAccessIn(answer);
  } catch (error) {
    return lineOf(`could not be told: ${error instanceof ReadError ? error.reason : 'the server did not answer'}`);
  }
}

/** Pure: reads the server's answer to `connectionStatus`. */
export function writeAccessIn(answer: Document): EvidenceLine {
  const { authInfo } = answer;
  const privileges: unknown = authInfo?.authenticatedUserPrivileges;
  if (!Array.isArray(privileges) || privileges.length === 0)
    return lineOf(`could not be told: the server shows no privileges of this user; ${ADVICE}`);
  const writes = privileges.flatMap((privilege: unknown) => writesOf(privilege));
  if (writes.length === 0) return lineOf('they can only read');
  const more = writes.length > SHOWN ? ` and ${writes.length - SHOWN} more` : '';
  return lineOf(`they can write (${writes.slice(0, SHOWN).join('; ')}${more}): ${ADVICE}`);
}

/** "insert, update on shop.*", where the privilege writes. */
function writesOf(privilege: unknown): readonly string[] {
  if (typeof privilege !== 'object' || privilege === null) return [];
  const { resource, actions }: { readonly resource?: unknown; readonly actions?: unknown } = privilege;
  const place = placeOf(resource);
  const words = (Array.isArray(actions) ? actions : []).map(String).filter((action) => WRITES.has(action));
  return place === null || words.length === 0 ? [] : [`${words.slice(0, SHOWN).join(', ')} on ${place}`];
}

function placeOf(resource: unknown): string | null {
  if (typeof resource !== 'object' || resource === null) return 'an unknown resource';
  const { db = '', collection = '', cluster }: { db?: unknown; collection?: unknown; cluster?: unknown } = resource;
  if (cluster === true) return 'the whole cluster';
  if (typeof db === 'string' && SERVERS_OWN.has(db)) return null;
  return `${db === '' ? '*' : String(db)}.${collection === '' ? '*' : String(collection)}`;
}

function lineOf(found: string): EvidenceLine {
  return evidenceLine('write-access', 'noted', [READS_ONLY, found]);
}
