import { readRecordList } from '../../lib/wire/lists/record-pages.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { RecordsPage } from './_log/list.tsx';
import { recordsAsked } from './_log/query.ts';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Tests and drills – Restorewatch' };

/** The log of tests, drills, backups and restores. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const user = await viewer();
  const asked = recordsAsked(await searchParams);
  const list = await orLogged('GET /records', () => readRecordList(asked.query));
  return list === null ? <Unreadable here="/records" title="Tests and drills" /> : <RecordsPage list={list} asked={asked} user={user} />;
}
