/** A form for a note, or for a correction of a record. */
export function NoteForm({ corrects }: { readonly corrects: string | null }) {
  const what = corrects === null ? 'Add a note' : 'Correct this record';
  return (
    <details>
      <summary>{what}</summary>
      <form method="post" action="/api/records" className="fields">
        {corrects !== null && <input type="hidden" name="corrects" value={corrects} />}
        <label>
          {corrects === null ? 'What is to be noted' : 'What is right instead, and how you know'}
          <input type="text" name="text" required maxLength={2000} autoComplete="off" />
        </label>
        <button type="submit">{what}</button>
        <p className="soft">It is written with your name and the time, and stays: nothing here can be changed or deleted.</p>
      </form>
    </details>
  );
}
