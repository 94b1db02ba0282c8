import { CHECK_IDS, PRIORITIES } from '../../lib/domain/policy.ts';
import type { PageModel } from '../../lib/page-model.ts';
import { Moment } from './moment.tsx';

type Silence = PageModel['status']['silences'][number];
type Seen = { readonly now: string; readonly user: string | null };

/** Silences that hold or will, and a form for one more. */
export function Silences({ silences, now, user }: Seen & { readonly silences: readonly Silence[] }) {
  if (silences.length === 0 && user === null) return null;
  return (
    <section aria-labelledby="silences">
      <h2 id="silences">Silences</h2>
      {silences.length === 0 && <p className="soft">None holds.</p>}
      <ul className="rows">
        {silences.map((silence) => (
          <SilenceItem key={silence.id} silence={silence} now={now} user={user} />
        ))}
      </ul>
      {user !== null && <SilenceForm />}
    </section>
  );
}

function SilenceItem({ silence, now, user }: Seen & { readonly silence: Silence }) {
  const covered = Object.entries(silence.match).map(([name, value]) => `${name} ${value}`);
  return (
    <li>
      <span>
        {covered.join(', ')}
        {silence.from > now && (
          <>
            {' '}
            from <Moment at={silence.from} now={now} />
          </>
        )}{' '}
        until <Moment at={silence.until} now={now} />, by {silence.by}: {silence.why}
      </span>
      {user !== null && (
        <form method="post" action={`/api/silences/${encodeURIComponent(silence.id)}/end`}>
          <button type="submit" aria-label={`End the silence of ${covered.join(', ')}`}>
            End
          </button>
        </form>
      )}
    </li>
  );
}

function SilenceForm() {
  return (
    <details>
      <summary>Silence something</summary>
      <form method="post" action="/api/silences" className="fields">
        <Field name="project" label="Project" />
        <Field name="cluster" label="Cluster" />
        <Choice name="check" label="Check" options={CHECK_IDS} />
        <Choice name="priority" label="Priority" options={PRIORITIES} />
        <Field name="for" label="For how long (90m, 2h, 3d)" required />
        <Field name="why" label="Why" required />
        <button type="submit">Silence</button>
        <p className="soft">
          What is left empty matches anything; at least one of the first four is named. What still fails when it ends is told then.
        </p>
      </form>
    </details>
  );
}

function Field({ name, label, required = false }: { readonly name: string; readonly label: string; readonly required?: boolean }) {
  return (
    <label>
      {label}
      <input type="text" name={name} required={required} maxLength={300} autoComplete="off" />
    </label>
  );
}

function Choice({ name, label, options }: { readonly name: string; readonly label: string; readonly options: readonly string[] }) {
  return (
    <label>
      {label}
      <select name={name} defaultValue="">
        <option value="">any</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}
