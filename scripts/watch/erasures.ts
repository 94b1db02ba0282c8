import type { Erasure } from '../../lib/domain/recovery/erasure.ts';
import { plural } from '../../lib/domain/text.ts';
import { type Instant, withShortTimes } from '../../lib/domain/time.ts';
import { confirmErasure } from '../../lib/people/erasures/confirm-erasure.ts';
import { erasuresAfter, readErasures, unfinishedRestores } from '../../lib/people/erasures/erasure-log.ts';
import { leavingNow } from '../../lib/people/erasures/leaving-now.ts';
import { registerErasure } from '../../lib/people/erasures/register-erasure.ts';
import { erasureJson, erasureListJson } from '../../lib/render/erasures-json.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import type { Answer } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';

type Added = {
  readonly reference: string;
  readonly clusters: string;
  readonly project?: string | undefined;
  readonly namespaces?: string | undefined;
  readonly at?: Instant | undefined;
  readonly by?: string | undefined;
};

/** `restorewatch erasures add`. Throws an Error with words for people. */
export async function addErasure({ by, at, namespaces = '', ...asked }: Added): Promise<Answer> {
  const request = { ...asked, namespaces, erasedAt: at ?? Date.now(), by: userNamed(by), from: null };
  const { erasure } = doneOr(await registerErasure(await openPorts(), request));
  return {
    data: { registered: erasureJson(erasure) },
    text: withShortTimes(`${erasure.reference} is registered; ${erasure.leaves}`, Date.now()),
  };
}

/** `restorewatch erasures list`: each with when it will have left the last backup, as the last check knows it, and the restores that are not finished. Exit code 1 where there is one. */
export async function listErasures(): Promise<Answer> {
  const ports = await openPorts();
  const log = await readErasures(ports.store);
  const data = erasureListJson(await leavingNow(ports, log.erasures), await unfinishedRestores(ports.store, log));
  const lines = [
    ...data.erasures.map(
      ({ reference, erasedAt, clusters, leaves }) => `${reference}  erased ${erasedAt}  ${clusters.join(', ')}  ${leaves}`,
    ),
    ...data.unfinished.map(
      ({ restore, subject, again }) => `not finished: ${restore}, the restore of ${subject}: erase again ${again.join(', ')}`,
    ),
  ];
  const text = lines.length === 0 ? 'no erasure is registered' : withShortTimes(lines.join('\n'), Date.now());
  return { data, text, code: data.unfinished.length === 0 ? 0 : 1 };
}

/** `restorewatch erasures --after-restore ID`: exit code 1 where something has to be erased again. Throws an Error with words for people. */
export async function erasuresAfterRestore(restore: string): Promise<Answer> {
  const { store } = await openPorts();
  const { again } = doneOr(await erasuresAfter(store, restore));
  const lines = again.map((erasure) => eraseAgainInWords(erasure));
  const first = again.length === 0 ? 'nothing has to be erased again' : `${plural(again.length, 'erasure')} came back with ${restore}`;
  return { data: { restore, again: again.map(erasureJson) }, text: [first, ...lines].join('\n'), code: again.length === 0 ? 0 : 1 };
}

/** "erase again: PRIV-123  shop.users on orders". */
export function eraseAgainInWords({ reference, clusters, namespaces }: Erasure): string {
  const where = clusters.map(({ cluster }) => cluster).join(', ');
  return `erase again: ${reference}  ${namespaces.length === 0 ? `all of ${where}` : `${namespaces.join(', ')} on ${where}`}`;
}

type Confirmed = { readonly reference: string; readonly restore: string; readonly by?: string | undefined };

/** `restorewatch erasures confirm`. Throws an Error with words for people. */
export async function confirm({ reference, restore, by }: Confirmed): Promise<Answer> {
  const { id } = doneOr(await confirmErasure(await openPorts(), { reference, restore, by: userNamed(by), from: null }));
  return { data: { confirmed: id }, text: `${reference} was erased again after ${restore}: recorded` };
}

/** Throws an Error that names the problems. */
function doneOr<T extends object>(result: T | { readonly problems: readonly string[] }): T {
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return result;
}
