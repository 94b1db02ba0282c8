import type { Head } from '../../domain/incidents/head.ts';
import type { IncidentNote } from '../../domain/incidents/incident.ts';
import { clean, cut } from '../../domain/text.ts';
import { openHead } from '../../ports/change-head.ts';
import type { Ports } from '../../ports/ports.ts';
import { grown, lengthProblems, unlessRefused } from '../../record/head-bounds.ts';

export type NotePorts = Pick<Ports, 'store' | 'now' | 'newId' | 'policy' | 'log' | 'withoutSecrets'>;

/** `from`: the address that it came from; null if it is not known. */
export type IncidentNoteRequest = {
  readonly incidentId: string;
  readonly text: string;
  readonly by: string;
  readonly from: string | null;
};

export type NoteResult = { readonly id: string } | { readonly problems: readonly string[] } | 'unknown';

/** Notes are in the head, which every run reads and writes. Longer ones, and those about incidents long past, go into the records. */
const LONGEST_NOTE = 1_000;
const NOTES_MOST = 30;
const LONGEST_NAME = 100;

/**
 * Stores what a responder wrote about an incident that is open or ended in the last day, with an act of the audit trail. It cannot be changed afterwards.
 * `unknown`: the head has no such incident. Throws `StoreError`.
 */
export async function addIncidentNote(ports: NotePorts, { incidentId, text, by, from }: IncidentNoteRequest): Promise<NoteResult> {
  const name = cut(clean(by), LONGEST_NAME);
  const note: IncidentNote = { id: ports.newId(), at: ports.now(), by: name, text: ports.withoutSecrets(clean(text)) };
  const problems = note.text === '' ? ['text: what is to be noted, in words'] : lengthProblems({ text }, { text: LONGEST_NOTE });
  if (problems.length > 0) return refusedTo(ports, name, problems);
  const ledger = await openHead(ports);
  if (!ledger.head().incidents.some(({ id }) => id === incidentId)) return 'unknown';
  const act = { at: note.at, what: 'note', by: name, from, about: incidentId, details: { kind: 'note on incident' } } as const;
  const stored = await unlessRefused(() =>
    ledger.update({ apply: (head) => withNote(head, incidentId, note), trail: (before, after) => (before === after ? [] : [act]) }),
  );
  return 'problems' in stored ? refusedTo(ports, name, stored.problems) : { id: note.id };
}

/** The same head if the incident has left it meanwhile, or has the note already. Throws `ActRefused`. */
function withNote(head: Head, incidentId: string, note: IncidentNote): Head {
  const incident = head.incidents.find(({ id }) => id === incidentId);
  const notes = incident?.notes ?? [];
  if (incident === undefined || notes.some(({ id }) => id === note.id)) return head;
  const noted = { ...incident, notes: [...notes, note] };
  const problems = notes.length < NOTES_MOST ? [] : [`text: this incident has ${NOTES_MOST} notes already; write a note into the records`];
  return grown(head, { ...head, incidents: head.incidents.map((one) => (one === incident ? noted : one)) }, problems);
}

function refusedTo({ log }: NotePorts, by: string, problems: readonly string[]): { readonly problems: readonly string[] } {
  log(`audit: refused: a note on an incident by ${by}: ${cut(clean(problems.join('; ')), 500)}`);
  return { problems };
}
