import type { ShownChecklist, ShownItem } from '../../../lib/render/checklist/checklist-json.ts';
import type { ChecklistState } from '../../../lib/domain/incidents/recorded-checklist.ts';
import { inlineOf } from '../../../lib/runbooks/index.ts';
import { Shell } from '../../_parts/shell.tsx';
import { Ago, TimedText } from '../../_parts/moment.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';

type Now = { readonly now: string };

/** What is left to set up, then every line of the checklist. */
export function ChecklistPage({ shown }: { readonly shown: ShownChecklist & Now }) {
  return (
    <Shell here="/checklist" className="list">
      <h1>Checklist and set-up</h1>
      {shown.run !== null && shown.stale && (
        <p className="banner" role="alert">
          <span>Stale: the last complete check is too old, so nothing counts as met now.</span>
        </p>
      )}
      <SetUp setUp={shown.setUp} />
      <Checklist checklist={shown} now={shown.now} />
      <p className="soft shown">
        Nothing on it can be ticked. It goes out with the newest records too, as <a href="/api/records?format=csv">CSV</a> and{' '}
        <a href="/api/records?format=json">JSON</a>; of earlier months <a href="/evidence">evidence</a> is exported.
      </p>
    </Shell>
  );
}

const IN_WORDS: Readonly<Record<ChecklistState, string>> = {
  met: 'met',
  'not-met': 'not met',
  unknown: 'unknown',
  'not-watched': 'not watched',
};
/** The tones of the page have their own names. */
const VERDICTS: Readonly<Record<ChecklistState, string>> = { met: 'ok', 'not-met': 'failing', unknown: 'unknown', 'not-watched': 'exempt' };

/** Every line with its state, since when, and links to what shows it. Nothing on it can be ticked. */
export function Checklist({ checklist: { items, run }, now }: Now & { readonly checklist: Pick<ShownChecklist, 'items' | 'run'> }) {
  const met = items.filter(({ state }) => state === 'met').length;
  return (
    <section aria-labelledby="checklist">
      <h2 id="checklist">
        Checklist: {met} of {items.length} met
      </h2>
      <p className="soft">
        Computed by {run === null ? 'every complete check; none is recorded so far' : 'the check of '}
        {run !== null && <TimedText text={run.startedAt} now={now} />}. <a href="/api/checklist">The checklist as JSON</a>
      </p>
      <ul className="checklist">
        {items.map((item) => (
          <Line key={item.id} item={item} now={now} />
        ))}
      </ul>
    </section>
  );
}

function Line({ item: { id, title, source, state, since, evidence }, now }: Now & { readonly item: ShownItem }) {
  return (
    <li id={`checklist-${id}`}>
      <span className="verdict" data-verdict={VERDICTS[state]}>
        {IN_WORDS[state]}
      </span>
      <div>
        <strong>{title}</strong>{' '}
        <span className="soft">
          ({source})
          <Ago before=" since " at={since} now={now} />
        </span>
        <ul className="soft">
          {evidence.map(({ text, href }) => (
            <li key={text}>
              {href === null ? (
                <Coded text={text} now={now} />
              ) : (
                <a href={href}>
                  <Coded text={text} now={now} />
                </a>
              )}
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}

/** Text of our own in which what stands between backticks is code: commands, settings, names of files. */
export function Coded({ text, now }: { readonly text: string; readonly now?: string }) {
  // Parts never move: a text that changes is another text.
  return inlineOf(text).map((part, index) => {
    if (part.code) return <code key={index}>{part.text}</code>;
    return now === undefined ? isolated(part.text) : <TimedText key={index} text={part.text} now={now} />;
  });
}

/** What has to be done once, until all of it is: "6 of 9 done", each with what does it. */
export function SetUp({ setUp: { done, of, steps } }: Pick<ShownChecklist, 'setUp'>) {
  const open = steps.filter((step) => !step.done);
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="set-up">
      <h2 id="set-up">
        Set-up: {done} of {of} done
      </h2>
      <ul className="changes">
        {open.map(({ id, title, how }) => (
          <li key={id}>
            {title}:{' '}
            <span className="soft">
              <Coded text={how} />
            </span>
          </li>
        ))}
      </ul>
      <p className="soft">
        <a href="/runbooks/set-up">How to set them up</a>
      </p>
    </section>
  );
}
