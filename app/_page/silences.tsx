import { CHECK_IDS, PRIORITIES } from '../../lib/domain/policy.ts';
import type { PageModel } from '../../lib/page-model.ts';
import { Moment } from './moment.tsx';

type Silence = PageModel['status']['silences'][number];
type Window = PageModel['status']['maintenance'][number];
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

/** Maintenance windows of policy and of people, and a form for one more. */
export function Maintenance({ maintenance, now, user }: Seen & { readonly maintenance: readonly Window[] }) {
  if (maintenance.length === 0 && user === null) return null;
  return (
    <section aria-labelledby="maintenance">
      <h2 id="maintenance">Maintenance windows</h2>
      {maintenance.length === 0 && <p className="soft">None comes.</p>}
      <ul className="rows">
        {maintenance.map((window, index) => (
          <WindowItem key={window.id ?? index} window={window} now={now} user={user} />
        ))}
      </ul>
      {user !== null && <WindowForm />}
    </section>
  );
}

function WindowItem({ window: { id, by, match, why, times, activeUntil, nextStart }, now, user }: Seen & { readonly window: Window }) {
  const covered = coveredBy(match);
  return (
    <li>
      <span>
        {covered}: {times};{' '}
        {activeUntil !== null && (
          <>
            holds now, until <Moment at={activeUntil} now={now} />;{' '}
          </>
        )}
        {nextStart === null ? (
          'never again'
        ) : (
          <>
            next <Moment at={nextStart} now={now} />
          </>
        )}
        , by {by ?? 'policy'}: {why}
      </span>
      {user !== null && id !== null && <EndForm id={id} label={`End the maintenance windows of ${covered}`} />}
    </li>
  );
}

function coveredBy(match: Silence['match']): string {
  return Object.entries(match)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function EndForm({ id, label }: { readonly id: string; readonly label: string }) {
  return (
    <form method="post" action={`/api/silences/${encodeURIComponent(id)}/end`}>
      <button type="submit" aria-label={label}>
        End
      </button>
    </form>
  );
}

function SilenceItem({ silence, now, user }: Seen & { readonly silence: Silence }) {
  const covered = coveredBy(silence.match);
  return (
    <li>
      <span>
        {covered}
        {silence.from > now && (
          <>
            {' '}
            from <Moment at={silence.from} now={now} />
          </>
        )}{' '}
        until <Moment at={silence.until} now={now} />, by {silence.by}: {silence.why}
      </span>
      {user !== null && <EndForm id={silence.id} label={`End the silence of ${covered}`} />}
    </li>
  );
}

function SilenceForm() {
  return (
    <details>
      <summary>Silence something</summary>
      <form method="post" action="/api/silences" className="fields">
        <Covered />
        <Field name="for" label="For how long (90m, 2h, 3d)" required />
        <Field name="why" label="Why" required />
        <button type="submit">Silence</button>
        <p className="soft">{NAMED} What still fails when it ends is told then.</p>
      </form>
    </details>
  );
}

function WindowForm() {
  return (
    <details>
      <summary>Make a maintenance window</summary>
      <form method="post" action="/api/silences" className="fields">
        <Covered />
        <Field name="cron" label="When it begins (cron, 0 22 * * 6)" required />
        <Field name="timeZone" label="Time zone (Europe/Berlin)" required />
        <Field name="minutes" label="For how many minutes" required />
        <Field name="why" label="Why" required />
        <button type="submit">Make</button>
        <p className="soft">{NAMED} It comes again and again until somebody ends it.</p>
      </form>
    </details>
  );
}

const NAMED = 'What is left empty matches anything; at least one of the first four is named.';

function Covered() {
  return (
    <>
      <Field name="project" label="Project" />
      <Field name="cluster" label="Cluster" />
      <Choice name="check" label="Check" options={CHECK_IDS} />
      <Choice name="priority" label="Priority" options={PRIORITIES} />
    </>
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
