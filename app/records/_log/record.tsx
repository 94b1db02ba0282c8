import type { Duration } from '../../../lib/domain/time.ts';
import type { RecordShown } from '../../../lib/people/record-notes.ts';
import { Shell } from '../../_parts/shell.tsx';
import { Evidence } from './evidence.tsx';
import { Measured } from './measured.tsx';
import { NoteForm } from './note-form.tsx';
import { KIND_WORDS, VERDICTS, exactSpan } from './words.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';
import { Stamp } from '../../_parts/moment.tsx';
import { recordPath } from '../../../lib/render/page-paths.ts';

type Properties = { readonly shown: RecordShown; readonly user: string | null };

/** One record, whole. */
export function RecordPage({ shown, user }: Properties) {
  const { record } = shown;
  return (
    <Shell here="/records" className="list">
      <p>
        <a href="/records">← Tests and drills</a>
      </p>
      <Corrections shown={shown} />
      <section className="headline" data-tone={TONE[VERDICTS[record.verdict].style]}>
        <h1>
          {KIND_WORDS[record.kind]}: {VERDICTS[record.verdict].words.toLowerCase()}
        </h1>
        <p>{isolated(record.summary)}</p>
      </section>
      <Facts record={record} />
      <h2>Measured</h2>
      <Measured measured={record.measured} targets={targetsOf(shown)} />
      <h2>Evidence</h2>
      <Evidence lines={record.evidence} />
      {user !== null && <NoteForm corrects={record.id} />}
    </Shell>
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
          <Stamp at={startedAt} /> – <Stamp at={endedAt} /> UTC ({exactSpan(endedAt - startedAt)})
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
      <dd>{isolated(value)}</dd>
    </div>
  );
}

const TARGET = ' target';

/**
 * The targets for a record's durations, by name. A record that stores targets is judged by those alone; so is a drill, since each scenario has its own.
 * Any other record is judged by today's policy.
 */
function targetsOf({ record, targets }: Pick<RecordShown, 'record' | 'targets'>): Readonly<Record<string, Duration>> {
  const own = Object.entries(record.details).flatMap(([name, text]) => {
    const length = lengthOf(name, text);
    return length === null ? [] : [[name.slice(0, -TARGET.length), length] as const];
  });
  return own.length > 0 || record.kind === 'drill' ? Object.fromEntries(own) : targets;
}

/** A detail in words: a target is stored in milliseconds. */
function detail(name: string, text: string): string {
  const length = lengthOf(name, text);
  return length === null ? text : exactSpan(length);
}

function lengthOf(name: string, text: string): Duration | null {
  return name.endsWith(TARGET) && /^\d+$/.test(text) ? Number(text) : null;
}

/** The id in an address, which Next does not decode; null if it is malformed. */
export function idOf(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
