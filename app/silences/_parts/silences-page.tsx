import type { ReactNode } from 'react';
import type { HandlingModel } from '../../../lib/render/first-page/handling-model.ts';
import { PRIORITIES } from '../../../lib/domain/policy/policy.ts';
import { CHECK_IDS } from '../../../lib/evaluate/checks/registry.ts';
import { Acceptances } from '../../_parts/acceptances.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { Moment } from '../../_parts/moment.tsx';
import { PostButton } from '../../_parts/post-button.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';
import { TextField } from '../../_parts/text-field.tsx';

type Properties = { readonly model: HandlingModel; readonly user: string | null };

/** Why nobody is told of something, and what was accepted as it is; with forms for a `user`. */
export function SilencesPage({ model: { status }, user }: Properties) {
  const now = status.generatedAt;
  return (
    <Shell here="/silences">
      <h1>Silences</h1>
      <Silences silences={status.silences} now={now} user={user} />
      <Maintenance maintenance={status.maintenance} now={now} user={user} />
      <Acceptances acceptances={status.acceptances} now={now} user={user} />
    </Shell>
  );
}

type Silence = HandlingModel['status']['silences'][number];
type Window = HandlingModel['status']['maintenance'][number];
type Viewer = { readonly now: string; readonly user: string | null };

/** Silences and windows on the page. There may be 500, and the page is read at night. */
const SHOWN = 50;

/** How many are not shown, and where they are. */
function More({ count }: { readonly count: number }) {
  if (count <= 0) return null;
  return (
    <p className="soft">
      {count} more: <code>restorewatch silence --list</code> has all.
    </p>
  );
}

/** Present and future silences, and a form for a new one. */
function Silences({ silences, now, user }: Viewer & { readonly silences: readonly Silence[] }) {
  return (
    <section aria-labelledby="silences">
      <h2 id="silences">In force and to come</h2>
      {silences.length === 0 && <p className="soft">None holds.</p>}
      <ul className="rows">
        {silences.slice(0, SHOWN).map((silence) => (
          <SilenceItem key={silence.id} silence={silence} now={now} user={user} />
        ))}
      </ul>
      <More count={silences.length - SHOWN} />
      {user !== null && <SilenceForm />}
    </section>
  );
}

/** Maintenance windows from the policy and from people, and a form for a new one. */
function Maintenance({ maintenance, now, user }: Viewer & { readonly maintenance: readonly Window[] }) {
  return (
    <section aria-labelledby="maintenance">
      <h2 id="maintenance">Maintenance windows</h2>
      {maintenance.length === 0 && <p className="soft">None comes.</p>}
      <ul className="rows">
        {maintenance.slice(0, SHOWN).map((window, index) => (
          <WindowItem key={window.id ?? index} window={window} now={now} user={user} />
        ))}
      </ul>
      <More count={maintenance.length - SHOWN} />
      {user !== null && <WindowForm />}
    </section>
  );
}

function WindowItem({ window: { id, by, match, why, times, activeUntil, nextStart }, now, user }: Viewer & { readonly window: Window }) {
  const covered = coveredBy(match);
  return (
    <li>
      <span>
        {isolated(covered)}: {times}; <Moment before="holds now, until " at={activeUntil} now={now} />
        {activeUntil !== null && '; '}
        <Moment before="next " at={nextStart} now={now} />
        {nextStart === null && 'never again'}, by {by ?? 'policy'}: {isolated(why)}
      </span>
      {user !== null && id !== null && <EndButton id={id} label={`End the maintenance windows of ${covered}`} />}
    </li>
  );
}

function coveredBy(match: Silence['match']): string {
  return Object.entries(match)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function EndButton({ id, label }: { readonly id: string; readonly label: string }) {
  return <PostButton action={`/api/silences/${encodeURIComponent(id)}/end`} name="End" label={label} />;
}

function SilenceItem({ silence, now, user }: Viewer & { readonly silence: Silence }) {
  const covered = coveredBy(silence.match);
  return (
    <li>
      <span>
        {isolated(covered)}
        <Moment before=" from " at={silence.from > now ? silence.from : null} now={now} />
        <Moment before=" until " at={silence.until} now={now} />, by {silence.by}: {isolated(silence.why)}
      </span>
      {user !== null && <EndButton id={silence.id} label={`End the silence of ${covered}`} />}
    </li>
  );
}

function SilenceForm() {
  return (
    <NewForm title="Silence something" button="Silence" note="What still fails when it ends is told then.">
      <TextField name="for" label="For how long (90m, 2h, 3d)" required />
    </NewForm>
  );
}

function WindowForm() {
  return (
    <NewForm title="Make a maintenance window" button="Make" note="It comes again and again until somebody ends it.">
      <TextField name="cron" label="When it begins (cron, 0 22 * * 6)" required />
      <TextField name="timeZone" label="Time zone (Europe/Berlin)" required />
      <TextField name="minutes" label="For how many minutes" required />
    </NewForm>
  );
}

type FormProperties = { readonly title: string; readonly button: string; readonly note: string; readonly children: ReactNode };

/** What is covered, when (`children`) and why. */
function NewForm({ title, button, note, children }: FormProperties) {
  return (
    <details>
      <summary>{title}</summary>
      <form method="post" action="/api/silences" className="fields">
        <TextField name="project" label="Project" />
        <TextField name="cluster" label="Cluster" />
        <Choice name="check" label="Check" options={CHECK_IDS} />
        <Choice name="priority" label="Priority" options={PRIORITIES} />
        {children}
        <TextField name="why" label="Why" required />
        <button type="submit">{button}</button>
        <p className="soft">What is left empty matches anything; at least one of the first four is named. {note}</p>
      </form>
    </details>
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
