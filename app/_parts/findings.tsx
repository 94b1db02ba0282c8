import { Fragment } from 'react';
import { type AlikeFindings, alikeFindings } from '../../lib/render/first-page/alike-findings.ts';
import type { PageModel } from '../../lib/render/first-page/page-model.ts';
import { Ago, Moment, TimedText } from './moment.tsx';
import { isolated } from './right-to-left.tsx';

type RowFinding = PageModel['rows'][number]['findings'][number];

/** Findings, each summary once, with the start of the first. */
function Findings({ findings, now }: { readonly findings: readonly AlikeFindings[]; readonly now: string }) {
  return findings.map((group) => <FindingGroup key={`${group.verdict} ${group.summary}`} group={group} now={now} />);
}

function FindingGroup({ group: { tags, names, summary, since }, now }: { readonly group: AlikeFindings; readonly now: string }) {
  return (
    <div className="finding">
      {tags.map((tag) => (
        <Fragment key={`${tag.check} ${tag.severity}`}>
          <Tag finding={tag} />{' '}
        </Fragment>
      ))}
      <Names names={names} />
      <TimedText text={summary} now={now} />{' '}
      <span className="soft">
        since <Moment at={since} now={now} /> (<Ago at={since} now={now} />)
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
      <strong>
        <NameList names={names.slice(0, NAMES_SHOWN)} />
        {more.length === 0 && ': '}
      </strong>
      {more.length > 0 && (
        <details>
          <summary>and {more.length} more</summary>
          <NameList names={more} />
        </details>
      )}
    </>
  );
}

/** Each name is isolated by itself, or names that are written from right to left would stand in the reverse order. */
function NameList({ names }: { readonly names: readonly string[] }) {
  return names.map((name, index) => (
    <Fragment key={name}>
      {index > 0 && ', '}
      {isolated(name)}
    </Fragment>
  ));
}

function Tag({ finding: { priority, severity, check } }: { readonly finding: AlikeFindings['tags'][number] }) {
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
      <Findings findings={alikeFindings(findings.filter(({ incident }) => incident === null))} now={now} />
    </>
  );
}

/** Findings about a whole project or the organisation, which belong to no cluster's row. What is only for information is folded. */
export function ProjectFindings({ findings, now }: { readonly findings: PageModel['wider']; readonly now: string }) {
  if (findings.length === 0) return null;
  const notes = findings.filter(({ verdict, tags }) => verdict === 'failing' && tags.every(({ severity }) => severity === 'info'));
  return (
    <section aria-labelledby="wider">
      <h2 id="wider">Projects and organisation</h2>
      <Findings findings={findings.filter((finding) => !notes.includes(finding))} now={now} />
      {notes.length > 0 && (
        <details>
          <summary>{notes.reduce((sum, { count }) => sum + count, 0)} for information</summary>
          <Findings findings={notes} now={now} />
        </details>
      )}
    </section>
  );
}
