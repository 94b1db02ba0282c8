import type { Asked, People, RunbookDocument } from '../../../lib/runbooks/index.ts';
import { Shell } from '../../_page/shell.tsx';
import { LiveBlock } from './live-block.tsx';
import { PeopleToTell } from './people-to-tell.tsx';
import type { Reading } from './read.ts';
import { SectionView } from './section-view.tsx';

type Properties = {
  readonly document: RunbookDocument;
  readonly reading: Reading;
  readonly asked: Asked;
  readonly people: People;
  /** False on a public page, which must not show phone numbers. */
  readonly contactsShown: boolean;
};

/** One runbook: first the live values of the cluster, then what to do, whom to notify, and the guides that follow. */
export function RunbookPage({ document, reading, asked, people, contactsShown }: Properties) {
  return (
    <Shell here="/runbooks" className="runbook">
      <p className="only-screen">
        <a href="/runbooks">← All runbooks</a> · <a href="/runbooks/all">The copy without live values</a>
      </p>
      <h1>{document.title}</h1>
      <LiveBlock reading={reading} />
      {document.sections.map((section) => (
        <SectionView key={section.heading} section={section} />
      ))}
      <PeopleToTell people={people} contactsShown={contactsShown} />
      <h2>Runbooks that follow</h2>
      <ul className="points">
        {document.follow.map(({ name, title }) => (
          <li key={name}>
            <a href={`/runbooks/${name}${queryOf(asked)}`}>{title}</a>
          </li>
        ))}
      </ul>
    </Shell>
  );
}

/** The links to other runbooks keep the incident or the cluster. */
function queryOf({ incidentId, clusterId }: Asked): string {
  if (incidentId !== null) return `?incident=${encodeURIComponent(incidentId.toWellFormed())}`;
  return clusterId === null ? '' : `?cluster=${encodeURIComponent(clusterId.toWellFormed())}`;
}
