import { readChecklistPage } from '../../lib/wire/lists/checklist-page.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { viewer } from '../viewer.ts';
import { ChecklistPage } from './_parts/checklist-page.tsx';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Checklist – Restorewatch' };

/** The plan's checklist, and what is left to set up. */
export default async function Page() {
  await viewer();
  const shown = await orLogged('GET /checklist', readChecklistPage);
  return shown === null ? <Unreadable here="/checklist" title="Checklist" /> : <ChecklistPage shown={shown} />;
}
