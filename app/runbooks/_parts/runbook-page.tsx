import type { Asked, People, RunbookDocument } from '../../../lib/runbooks/index.ts';
import { Shell } from '../../_parts/shell.tsx';
import { LiveBlock } from './live-block.tsx';
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

/** The people of plan 8; a role without a contact is highlighted. */
function PeopleToTell({ people: { roles, last }, contactsShown }: Pick<Properties, 'people' | 'contactsShown'>) {
  return (
    <section>
      <h2>Whom to tell</h2>
      <table className="people">
        <tbody>
          {roles.map(({ role, contact, duty }) => (
            <tr key={role}>
              <th scope="row">{role}</th>
              <td>{duty}</td>
              <td>
                {contact === null ? (
                  <span className="trouble">TBD: name one in restorewatch.config.ts</span>
                ) : (
                  shown(contact, contactsShown)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {last.length > 0 && (
        <p className="soft">Told last by the alerts, when nobody acknowledges: {shown(last.join(', '), contactsShown)}</p>
      )}
    </section>
  );
}

function shown(contact: string, contactsShown: boolean): string {
  return contactsShown ? contact : 'not shown on a public page; see restorewatch.config.ts';
}

/** The links to other runbooks keep the incident or the cluster. */
function queryOf({ incidentId, clusterId }: Asked): string {
  if (incidentId !== null) return `?incident=${encodeURIComponent(incidentId.toWellFormed())}`;
  return clusterId === null ? '' : `?cluster=${encodeURIComponent(clusterId.toWellFormed())}`;
}
