import { notFound } from 'next/navigation';
import { commandValues, documentOf, runbookNamed } from '../../../lib/runbooks/index.ts';
import { readPeople, readRunbook } from '../../../lib/wire/recorded-state.ts';
import { environment } from '../../../lib/wire/load-environment.ts';
import { logError } from '../../log.ts';
import { type Query, viewer } from '../../viewer.ts';
import { askedIn, readingOf } from '../_parts/read.ts';
import { RunbookPage } from '../_parts/runbook-page.tsx';
import '../_parts/runbook.css';

export const dynamic = 'force-dynamic';

type Properties = { readonly params: Promise<{ readonly name: string }>; readonly searchParams: Promise<Query> };

export async function generateMetadata({ params }: Pick<Properties, 'params'>) {
  const name = runbookNamed((await params).name);
  return { title: `${name === null ? 'No such runbook' : documentOf(name).title} – Restorewatch` };
}

/** A runbook, with the recorded values of the incident or cluster in the query. It is shown even if neither Atlas nor the store answers. */
export default async function Page({ params, searchParams }: Properties) {
  await viewer();
  const name = runbookNamed((await params).name);
  if (name === null) notFound();
  const asked = askedIn(await searchParams);
  const reading = await readingOf(asked, readRunbook, { log: (error) => logError('reading a runbook’s live values', error) });
  const document = reading.kind === 'live' ? documentOf(name, commandValues(reading.values)) : documentOf(name);
  const contactsShown = environment().access.kind !== 'public';
  return <RunbookPage document={document} reading={reading} asked={asked} people={readPeople()} contactsShown={contactsShown} />;
}
