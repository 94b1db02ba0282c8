import { readAudit } from '../../lib/wire/lists/audit-pages.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { AuditPage } from './_parts/audit-page.tsx';
import { auditAsked } from './_parts/query.ts';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Audit trail – Restorewatch' };

/** Who did what. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const user = await viewer();
  const asked = auditAsked(await searchParams);
  const list = await orLogged('GET /audit', () => readAudit(asked.query, user));
  return list === null ? <Unreadable here="/audit" title="Audit trail" /> : <AuditPage list={list} asked={asked} />;
}
