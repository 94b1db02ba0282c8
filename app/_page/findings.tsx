import { Fragment } from 'react';
import type { PageModel } from '../../lib/render/page-model.ts';
import type { Resource } from '../../lib/domain/findings/finding.ts';
import type { FindingJson } from '../../lib/render/status-json.ts';
import { Ago, Moment, TimedText } from './moment.tsx';

type Finding = FindingJson & { readonly resource?: Resource };
type RowFinding = PageModel['rows'][number]['findings'][number];

/**
 * Findings, each with its start. If several checks have the same summary, such as why nothing can be read, or several projects, such as what was never set up
 * in any of them, it is shown once.
 */
function Findings({ findings, now }: { readonly findings: readonly Finding[]; readonly now: string }) {
  const alike = Map.groupBy(findings, ({ verdict, summary }) => `${verdict} ${summary}`);
  return [...alike].map(([key, group]) => <FindingGroup key={key} findings={group} now={now} />);
}

function FindingGroup({ findings, now }: { readonly findings: readonly Finding[]; readonly now: string }) {
  const [first] = findings.toSorted((a, b) => (a.since < b.since ? -1 : 1));
  if (first === undefined) return null;
  const tags = new Map(findings.map((finding) => [`${finding.check} ${finding.severity}`, finding]));
  return (
    <div className="finding">
      {[...tags].map(([key, finding]) => (
        <Fragment key={key}>
          <Tag finding={finding} />{' '}
        </Fragment>
      ))}
      <Names names={[...new Set(findings.flatMap(({ resource }) => resource?.name ?? []))]} />
      <TimedText text={first.summary} now={now} />{' '}
      <span className="soft">
        since <Moment at={first.since} now={now} /> (<Ago at={first.since} now={now} />)
      </span>
    </div>
  );
}

/** Names that are shown of many that have the same finding; the others are folded. */
const NAMES_SHOWN = 5;

function Names({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  const more = names.slice(NAMES_SHOWN);
  return (
    <>
      <strong>{`${names.slice(0, NAMES_SHOWN).join(', ')}${more.length === 0 ? ': ' : ''}`}</strong>
      {more.length > 0 && (
        <details>
          <summary>and {more.length} more</summary>
          {more.join(', ')}
        </details>
      )}
    </>
  );
}

function Tag({ finding: { priority, severity, check } }: { readonly finding: Finding }) {
  return (
    <span className="tag" data-severity={severity}>
      {priority} {check}
    </span>
  );
}

type RowProperties = {
  readonly findings: readonly RowFinding[];
  readonly now: string;
  /** The address of the page that has the incidents; absent: the same page. */
  readonly incidentsAt?: '/';
};

/** A finding that an open incident says is only named, with a link to that. */
export function RowFindings({ findings, now, incidentsAt }: RowProperties) {
  return (
    <>
      {findings.map(
        (finding) =>
          finding.incident !== null && (
            <div key={finding.check} className="finding">
              <a href={`${incidentsAt ?? ''}#${encodeURIComponent(finding.incident)}`}>
                <Tag finding={finding} />
              </a>
            </div>
          ),
      )}
      <Findings findings={findings.filter(({ incident }) => incident === null)} now={now} />
    </>
  );
}

/** Findings about a whole project or the organisation, which belong to no cluster's row. What is only for information is folded. */
export function ProjectFindings({ findings, now }: { readonly findings: PageModel['wider']; readonly now: string }) {
  if (findings.length === 0) return null;
  const notes = findings.filter(({ verdict, severity }) => verdict === 'failing' && severity === 'info');
  return (
    <section aria-labelledby="wider">
      <h2 id="wider">Projects and organisation</h2>
      <Findings findings={findings.filter((finding) => !notes.includes(finding))} now={now} />
      {notes.length > 0 && (
        <details>
          <summary>{notes.length} for information</summary>
          <Findings findings={notes} now={now} />
        </details>
      )}
    </section>
  );
}
