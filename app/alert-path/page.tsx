import { readHandling } from '../../lib/wire/read-handling.ts';
import { AlertPathPage } from './_parts/alert-path-page.tsx';
import { UnreadablePage } from '../_page/status-page.tsx';
import { orLogged } from '../log.ts';
import { viewer } from '../viewer.ts';

export const dynamic = 'force-dynamic';

/** Whether alerts arrive, and how fast; and what has not arrived. */
export default async function Page() {
  const user = await viewer();
  const model = await orLogged('GET /alert-path', readHandling);
  return model === null ? <UnreadablePage here="/alert-path" /> : <AlertPathPage model={model} user={user} />;
}
