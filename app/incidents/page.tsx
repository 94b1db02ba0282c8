import { readIncidentList, readIncidentOf } from '../../lib/wire/lists/incident-pages.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { IncidentsPage } from './_parts/incidents-page.tsx';
import { incidentsAsked } from './_parts/query.ts';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Incidents – Restorewatch' };

/** Incidents, open and over. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const user = await viewer();
  const asked = incidentsAsked(await searchParams, Date.now());
  const { code, query } = asked;
  const list = await orLogged('GET /incidents', () => (code === null ? readIncidentList(query) : readIncidentOf(code)));
  return list === null ? <Unreadable here="/incidents" title="Incidents" /> : <IncidentsPage list={list} asked={asked} user={user} />;
}
