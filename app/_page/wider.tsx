import type { PageModel } from '../../lib/page-model.ts';
import { Findings } from './findings.tsx';

type Finding = PageModel['wider'][number];

/** What is not well with a whole project or the organisation, and so in no cluster's row. */
export function Wider({ findings, now }: { readonly findings: readonly Finding[]; readonly now: string }) {
  if (findings.length === 0) return null;
  return (
    <section aria-labelledby="wider">
      <h2 id="wider">Projects and organisation</h2>
      <Findings findings={findings} now={now} />
    </section>
  );
}
