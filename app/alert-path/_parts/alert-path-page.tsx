import type { HandlingModel } from '../../../lib/render/first-page/handling-model.ts';
import { AlertPath } from './alert-path.tsx';
import { DeadLetters } from '../../_page/dead-letters.tsx';
import { Shell } from '../../_page/shell.tsx';

type Properties = { readonly model: HandlingModel; readonly user: string | null };

/** Whether alerts arrive, and how fast; and what has not arrived, with a button for a `user` to send it again. */
export function AlertPathPage({ model: { status, acknowledgements, channelNames }, user }: Properties) {
  const now = status.generatedAt;
  return (
    <Shell here="/alert-path">
      <AlertPath status={status} acknowledgementGap={acknowledgements.acknowledgementGap} />
      <DeadLetters most={50} letters={acknowledgements.deadLetters} channelNames={channelNames} now={now} user={user} />
      <p className="soft">
        <a href="/deliveries">Every message</a>
      </p>
    </Shell>
  );
}
