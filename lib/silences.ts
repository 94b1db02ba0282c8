import type { Silence } from './domain/head.ts';
import { silenceOf, silenceProblems, type SilenceRequest } from './incidents/silence.ts';
import { clean } from './alerts/plain.ts';
import { iso } from './domain/time.ts';
import type { Parts } from './parts.ts';
import { openLedger } from './state/ledger.ts';

export type Silencing = { readonly made: Silence } | { readonly problems: readonly string[] };

/** Stores a silence, or says everything that is wrong with it and changes nothing. Throws `StoreError`. */
export async function addSilence(parts: Pick<Parts, 'store' | 'now' | 'newId' | 'log'>, request: SilenceRequest): Promise<Silencing> {
  const problems = silenceProblems(request, parts.now());
  if (problems.length > 0) {
    parts.log(`audit: silence asked for by ${clean(request.by)} refused: ${clean(problems.join('; '))}`);
    return { problems };
  }
  const made = silenceOf(request, parts.newId());
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  await ledger.update({ apply: (head) => ({ ...head, silences: [...(head.silences ?? []), made] }) });
  parts.log(`audit: silence ${made.id} made by ${clean(made.by)} until ${iso(made.until)}`);
  return { made };
}

/** Ends a silence now; what it hid and still fails is told by the next run. False where there is none of this id. Throws `StoreError`. */
export async function endSilence(parts: Pick<Parts, 'store' | 'now' | 'newId' | 'log'>, id: string, by: string): Promise<boolean> {
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  if (!ledger.head().silences?.some((silence) => silence.id === id)) return false;
  await ledger.update({ apply: (head) => ({ ...head, silences: (head.silences ?? []).filter((silence) => silence.id !== id) }) });
  parts.log(`audit: silence ${id} ended by ${clean(by)}`);
  return true;
}

/** The silences that hold or will hold. Throws `StoreError`. */
export async function listSilences(parts: Pick<Parts, 'store' | 'now'>): Promise<readonly Silence[]> {
  const { head } = await parts.store.readHead();
  return (head?.silences ?? []).filter((silence) => silence.until > parts.now());
}
