import type { People } from '../../../lib/runbooks/index.ts';

type Properties = { readonly people: People; readonly contactsShown: boolean };

/** The people of plan 8; a role without a contact is highlighted. */
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
