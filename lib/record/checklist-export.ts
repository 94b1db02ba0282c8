/** A line of the checklist in the export of the records, as `GET /api/checklist` gives it. */
export type ExportedItem = {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly state: string;
  readonly since: string | null;
  readonly evidence: readonly string[];
};

/** The checklist in the export of the records: as of when it was read, and by which check it was computed. */
export type ExportedChecklist = {
  readonly generatedAt: string;
  readonly run: { readonly runId: string; readonly startedAt: string } | null;
  readonly stale: boolean;
  readonly items: readonly ExportedItem[];
};

/** The first cells of a row of the CSV export: id, kind, startedAt (since when), endedAt (as of when), subject, by, verdict, summary, corrects, measured, details. */
export function checklistCells({ generatedAt, run, items }: ExportedChecklist): readonly (readonly string[])[] {
  return items.map(({ id, title, source, state, since, evidence }) => [
    `checklist-${id}`,
    'checklist',
    since ?? '',
    generatedAt,
    title,
    run?.runId ?? '',
    state,
    evidence.join('; '),
    '',
    '',
    JSON.stringify({ source }),
  ]);
}
