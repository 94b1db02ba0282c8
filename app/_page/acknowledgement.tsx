import type { PageModel } from '../../lib/render/page-model.ts';
import { Moment } from './moment.tsx';
import { PostButton } from './post-button.tsx';

type Incident = PageModel['status']['incidents'][number];

type Properties = { readonly incident: Incident; readonly now: string; readonly user: string | null };

/** Who acknowledged the incident and until when; otherwise the button, for signed-in people. */
export function Acknowledgement({ incident, now, user }: Properties) {
  const { id, state, acknowledgement } = incident;
  if (state === 'resolved') return null;
  if (acknowledgement !== null)
    return (
      <p className="soft">
        Acknowledged by {acknowledgement.by} ({acknowledgement.via}) <Moment at={acknowledgement.at} now={now} />, no reminders until{' '}
        <Moment at={acknowledgement.until} now={now} />
      </p>
    );
  if (user === null || state !== 'open') return null;
  const label = `Acknowledge: ${incident.resource.name}, ${incident.check}`;
  return <PostButton action={`/api/incidents/${encodeURIComponent(id)}/acknowledge`} name="Acknowledge" label={label} />;
}
