import { notFound } from 'next/navigation';
import { readRecord } from '../../../lib/people/record-notes.ts';
import { openReadingPorts } from '../../../lib/wire/reading.ts';
import { forViewers } from '../../../lib/wire/recorded-state.ts';
import { Unreadable } from '../../_list/unreadable.tsx';
import { orLogged } from '../../log.ts';
import { viewer } from '../../viewer.ts';
import { idOf, RecordPage } from '../_log/record.tsx';
import '../../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'A test or drill – Restorewatch' };

/** One record of the log. */
export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const user = await viewer();
  const id = idOf((await params).id);
  if (id === null) notFound();
  const read = await orLogged('GET /records/{id}', async () => ({ shown: forViewers(await readRecord(await openReadingPorts(), id)) }));
  if (read === null) return <Unreadable here="/records" title="Tests and drills" />;
  return read.shown === null ? notFound() : <RecordPage shown={read.shown} user={user} />;
}
