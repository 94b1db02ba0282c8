import type { PageModel } from '../../lib/page-model.ts';
import { Moment } from './moment.tsx';

type Incident = PageModel['status']['incidents'][number];

/** Who has taken it on and until when; or the button, for who may. */
export function Acknowledgement({
  incident,
  now,
  user,
}: {
  readonly incident: Incident;
  readonly now: string;
  readonly user: string | null;
}) {
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
  return (
    <form method="post" action={`/api/incidents/${encodeURIComponent(id)}/acknowledge`}>
      <button type="submit" aria-label={`Acknowledge: ${incident.resource.name}, ${incident.check}`}>
        Acknowledge
      </button>
    </form>
  );
}
