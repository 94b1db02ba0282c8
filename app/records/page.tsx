import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { authorise } from '../../lib/access.ts';
import { environment } from '../../lib/wire-environment.ts';
import { recordsForPage, type RecordsShown } from '../../lib/wire-records.ts';
import { logError } from '../log.ts';
import { askedOf } from './_log/asked.ts';
import { type Asked, RecordList } from './_log/list.tsx';
import { UnreadableLog } from './_log/unreadable-log.tsx';
import './records.css';

export const dynamic = 'force-dynamic';

/** Records on one page. */
const LIMIT = 50;

type Properties = { readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>> };

/** The log of tests, drills, backups and restores. */
export default async function Page({ searchParams }: Properties) {
  // proxy.ts has asked already; a way around it must not open this.
  const answer = await authorise(environment().access, (await headers()).get('authorization'));
  if (!answer.allowed) notFound();
  const asked = askedOf(await searchParams);
  const shown = await shownFor(asked);
  return shown === null ? <UnreadableLog /> : <RecordList shown={shown} asked={asked} user={answer.user} />;
}

async function shownFor({ kind, before }: Asked): Promise<RecordsShown | null> {
  try {
    return await recordsForPage({ limit: LIMIT, before, ...(kind && { kind }) });
  } catch (error) {
    logError('GET /records', error);
    return null;
  }
}
