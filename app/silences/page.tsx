import { readHandling } from '../../lib/wire/read-handling.ts';
import { SilencesPage } from './_parts/silences-page.tsx';
import { UnreadablePage } from '../_page/status-page.tsx';
import { orLogged } from '../log.ts';
import { viewer } from '../viewer.ts';

export const dynamic = 'force-dynamic';

/** Silences, maintenance windows and what was accepted as it is. */
export default async function Page() {
  const user = await viewer();
  const model = await orLogged('GET /silences', readHandling);
  return model === null ? <UnreadablePage here="/silences" /> : <SilencesPage model={model} user={user} />;
}
