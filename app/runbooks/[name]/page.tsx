import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { authorise } from '../../../lib/access.ts';
import { commandValues, documentOf, runbookNamed } from '../../../lib/runbooks.ts';
import { readPeople, readRunbook } from '../../../lib/wire.ts';
import { environment } from '../../../lib/wire-environment.ts';
import { logError } from '../../log.ts';
import { askedIn, readingOf } from '../_parts/read.ts';
import { RunbookPage } from '../_parts/runbook-page.tsx';
import '../_parts/runbook.css';

export const dynamic = 'force-dynamic';

type Properties = {
  readonly params: Promise<{ readonly name: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
};

/** A runbook, filled with what is recorded of the incident or cluster asked for. Needs neither Atlas nor the store. */
export default async function Page({ params, searchParams }: Properties) {
  const { access } = environment();
  // proxy.ts has asked already; a way around it must not open this.
  const answer = await authorise(access, (await headers()).get('authorization'));
  const name = runbookNamed((await params).name);
  if (!answer.allowed || name === null) notFound();
  const asked = askedIn(await searchParams);
  const reading = await readingOf(asked, readRunbook, { log: (error) => logError('reading a runbook’s live values', error) });
  const document = reading.kind === 'live' ? documentOf(name, commandValues(reading.values)) : documentOf(name);
  return <RunbookPage document={document} reading={reading} asked={asked} people={readPeople()} contactsShown={access.kind !== 'public'} />;
}
