import type { ShownChecklist } from '../../../lib/render/checklist/checklist-json.ts';
import { Checklist, SetUp } from './checklist.tsx';
import { Shell } from '../../_page/shell.tsx';

/** What is left to set up, then every line of the checklist. */
export function ChecklistPage({ shown }: { readonly shown: ShownChecklist & { readonly now: string } }) {
  return (
    <Shell here="/checklist" className="list">
      <h1>Checklist and set-up</h1>
      {shown.run !== null && shown.stale && (
        <p className="banner" role="alert">
          <span>Stale: the last complete check is too old, so nothing counts as met now.</span>
        </p>
      )}
      <SetUp setUp={shown.setUp} />
      <Checklist checklist={shown} now={shown.now} />
      <p className="soft shown">
        Nothing on it can be ticked. It goes out with the newest records too, as <a href="/api/records?format=csv">CSV</a> and{' '}
        <a href="/api/records?format=json">JSON</a>; of earlier months <a href="/evidence">evidence</a> is exported.
      </p>
    </Shell>
  );
}
