import type { People } from '../../../lib/runbooks.ts';

type Properties = { readonly people: People; readonly contactsShown: boolean };

/** Plan 8, with whoever nobody has named yet plain to see. */
export function PeopleToTell({ people: { roles, last }, contactsShown }: Properties) {
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
                {contact === null ? <span className="trouble">TBD: name one in restorable.config.ts</span> : shown(contact, contactsShown)}
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
  return contactsShown ? contact : 'not shown on a public page; see restorable.config.ts';
}
