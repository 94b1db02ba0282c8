import type { RecordShown } from '../../../lib/wire-records.ts';
import { Evidence } from './evidence.tsx';
import { Measured } from './measured.tsx';
import { NoteForm } from './note-form.tsx';
import { Stamp } from './stamp.tsx';
import { detail, targetsOf } from './targets.ts';
import { KIND_WORDS, LOOK, recordPath, span, VERDICT_WORDS } from './words.ts';

type Properties = { readonly shown: RecordShown; readonly user: string | null };

/** One record, whole. */
export function RecordPage({ shown, user }: Properties) {
  const { record } = shown;
  return (
    <main className="log">
      <p>
        <a href="/records">← Log</a>
      </p>
      <Corrections shown={shown} />
      <section className="headline" data-tone={TONE[LOOK[record.verdict]]}>
        <h1>
          {KIND_WORDS[record.kind]}: {VERDICT_WORDS[record.verdict].toLowerCase()}
        </h1>
        <p>{record.summary}</p>
      </section>
      <Facts record={record} />
      <h2>Measured</h2>
      <Measured measured={record.measured} targets={targetsOf(shown)} />
      <h2>Evidence</h2>
      <Evidence lines={record.evidence} />
      {user !== null && <NoteForm corrects={record.id} />}
    </main>
  );
}

const TONE = { ok: 'ok', failing: 'failing', unknown: 'unknown', exempt: 'none' } as const;

function Corrections({ shown: { record, corrections, corrected } }: Pick<Properties, 'shown'>) {
  return (
    <>
      {corrections.map(({ id, endedAt, by, summary }) => (
        <p key={id} className="banner" role="alert">
          <span>
            <a href={recordPath(id)}>Corrected</a> <Stamp at={endedAt} /> by {by}: {summary}
          </span>
        </p>
      ))}
      {record.corrects !== undefined && (
        <p>
          Corrects{' '}
          {corrected === null ? 'a record that is no longer kept' : <a href={recordPath(corrected.id)}>{`“${corrected.summary}”`}</a>}
        </p>
      )}
    </>
  );
}

function Facts({ record }: { readonly record: RecordShown['record'] }) {
  const { id, subject, by, startedAt, endedAt, details } = record;
  return (
    <dl className="facts">
      <Fact name="About" value={subject} />
      <Fact name="By" value={by} />
      <div>
        <dt>When</dt>
        <dd>
          <Stamp at={startedAt} /> – <Stamp at={endedAt} /> UTC ({span(endedAt - startedAt)})
        </dd>
      </div>
      {Object.entries(details).map(([name, value]) => (
        <Fact key={name} name={name} value={detail(name, value)} />
      ))}
      <Fact name="Record" value={id} />
    </dl>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
