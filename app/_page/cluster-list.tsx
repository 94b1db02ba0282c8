import type { ReactNode } from 'react';
import { STANDING_IN_WORDS } from '../../lib/domain/findings/standing.ts';
import type { PageModel } from '../../lib/render/first-page/page-model.ts';
import { RowFindings } from '../_parts/findings.tsx';
import { Moment, TimedText } from '../_parts/moment.tsx';
import { isolated } from '../_parts/right-to-left.tsx';

type Group = PageModel['groups'][number];
type Listed = Group['rows'][number];
/** `asOf` is set if the data is stale: then each row shows that time, never the present. */
type ReadAt = { readonly now: string; readonly asOf: string | null };

/** More rows than this that nobody needs at night are folded. */
const FEW = 10;

/** Every cluster in a line or two, those first that no card is about. */
export function ClusterList({ groups, now, asOf, children }: ReadAt & { readonly groups: readonly Group[]; readonly children: ReactNode }) {
  return (
    <section aria-labelledby="clusters">
      <h2 id="clusters">Clusters</h2>
      {groups.map((group) => (
        <RowGroup key={group.title} group={group} now={now} asOf={asOf} />
      ))}
      {children}
    </section>
  );
}

function RowGroup({ group: { title, rows, isQuiet }, now, asOf }: ReadAt & { readonly group: Group }) {
  const list = (
    <ul className={asOf === null ? 'cluster-list' : 'cluster-list stale'}>
      {rows.map((listed) => (
        <Row key={listed.path} listed={listed} now={now} asOf={asOf} />
      ))}
    </ul>
  );
  if (!isQuiet || rows.length <= FEW) return list;
  return (
    <details>
      <summary>
        {rows.length} {title}
      </summary>
      {list}
    </details>
  );
}

function Row({ listed: { row, path, card }, now, asOf }: ReadAt & { readonly listed: Listed }) {
  const { clusterId, name, projectName, standing } = row.cluster;
  return (
    <li id={`cluster-${clusterId}`} data-standing={standing}>
      <span className="cluster-name">
        <a href={path}>{isolated(name)}</a> <span className="soft">{isolated(projectName)}</span>
      </span>
      <span className="standing" data-standing={standing}>
        {STANDING_IN_WORDS[standing]}
      </span>
      {asOf !== null && (
        <span className="soft">
          as of <Moment at={asOf} now={now} />
        </span>
      )}
      {card === null ? <Own row={row} now={now} /> : <a href={`#${encodeURIComponent(card)}`}>as above</a>}
    </li>
  );
}

/** What no card says of the cluster. */
function Own({ row: { reach, findings, isBlindAsAbove }, now }: { readonly row: Listed['row']; readonly now: string }) {
  return (
    <>
      <span className="reach">
        <TimedText text={[reach.until, ...reach.details].join('; ')} now={now} />
        {isBlindAsAbove && '; not read, as above'}
      </span>
      {findings.length > 0 && (
        <div className="own">
          <RowFindings findings={findings} now={now} />
        </div>
      )}
    </>
  );
}
