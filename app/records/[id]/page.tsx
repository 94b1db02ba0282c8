import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { authorise } from '../../../lib/access.ts';
import { environment } from '../../../lib/wire-environment.ts';
import { recordForPage, type RecordShown } from '../../../lib/wire-records.ts';
import { logError } from '../../log.ts';
import { idOf } from '../_log/asked.ts';
import { RecordPage } from '../_log/record.tsx';
import { UnreadableLog } from '../_log/unreadable-log.tsx';
import '../records.css';

export const dynamic = 'force-dynamic';

type Properties = { readonly params: Promise<{ readonly id: string }> };

/** One record of the log. */
export default async function Page({ params }: Properties) {
  const answer = await authorise(environment().access, (await headers()).get('authorization'));
  const id = idOf((await params).id);
  if (!answer.allowed || id === null) notFound();
  const shown = await shownFor(id);
  if (shown === null) notFound();
  return shown === 'unreadable' ? <UnreadableLog /> : <RecordPage shown={shown} user={answer.user} />;
}

async function shownFor(id: string): Promise<RecordShown | 'unreadable' | null> {
  try {
    return await recordForPage(id);
  } catch (error) {
    logError('GET /records/{id}', error);
    return 'unreadable';
  }
}
