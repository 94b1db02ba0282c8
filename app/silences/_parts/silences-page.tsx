import type { HandlingModel } from '../../../lib/render/first-page/handling-model.ts';
import { Acceptances } from '../../_page/acceptances.tsx';
import { Shell } from '../../_page/shell.tsx';
import { Maintenance, Silences } from './silences.tsx';

type Properties = { readonly model: HandlingModel; readonly user: string | null };

/** Why nobody is told of something, and what was accepted as it is; with forms for a `user`. */
export function SilencesPage({ model: { status }, user }: Properties) {
  const now = status.generatedAt;
  return (
    <Shell here="/silences">
      <h1>Silences</h1>
      <Silences silences={status.silences} now={now} user={user} />
      <Maintenance maintenance={status.maintenance} now={now} user={user} />
      <Acceptances acceptances={status.acceptances} now={now} user={user} />
    </Shell>
  );
}
