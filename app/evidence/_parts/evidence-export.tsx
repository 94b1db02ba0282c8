import { flag } from '../../../lib/domain/check/shell-quote.ts';
import { FRAMEWORKS, NO_CLAIM } from '../../../lib/domain/evidence/controls.ts';
import { FilterForm, SelectField } from '../../_list/filter-form.tsx';
import { PeriodFields } from '../../_list/period.tsx';
import { TextField } from '../../_parts/text-field.tsx';
import type { EvidenceAsked } from './query.ts';
import { isolated } from '../../_parts/right-to-left.tsx';

type Properties = {
  readonly asked: EvidenceAsked;
  /** SHA-256 of the public key; null where nothing is signed. */
  readonly keyId: string | null;
  /** Anybody may see the page, and gets no file from it. */
  readonly isPublic: boolean;
  readonly now: string;
};

/** The files of a period, and the command that writes them. */
export function Export({ asked, keyId, isPublic, now }: Properties) {
  const { from, to, cluster, framework, during } = asked;
  const hasFiles = keyId !== null && !isPublic;
  return (
    <>
      <h2>Export</h2>
      <FilterForm action="/evidence" all={null}>
        <PeriodFields label="First day (UTC)" given={{ from, to }} now={now} during={during} />
        <TextField name="cluster" label="One cluster, by name or id" value={cluster} />
        <SelectField name="framework" label="Control map" value={framework} choices={FRAMEWORKS} />
      </FilterForm>
      {isPublic && <p>Anybody may see this page, and evidence names people: it is not handed out here.</p>}
      {hasFiles && <Files asked={asked} />}
      <p>
        Where the settings of this deployment are set, this writes{' '}
        {hasFiles ? 'the same files' : 'the JSON, a CSV and a report that prints'}, however large:
      </p>
      <Command line={commandFor(asked, keyId)} />
      <p className="soft">{NO_CLAIM}</p>
    </>
  );
}

function commandFor({ from, to, cluster, framework }: EvidenceAsked, keyId: string | null): string {
  const only = cluster === null ? '' : ` ${flag('cluster', cluster)}`;
  const map = framework === null ? '' : ` --framework ${framework}`;
  return `restorewatch evidence export --from ${from} --to ${to}${only}${map}${keyId === null ? ' --unsigned' : ''} --out evidence`;
}

/** Each alone is made anew, so that only the files of one archive have each other's digests. */
function Files({ asked: { from, to, cluster, file } }: Pick<Properties, 'asked'>) {
  return (
    <>
      <p>
        From {from} to {to}
        {cluster !== null && <>, {isolated(cluster)} alone</>}: the signed JSON, a CSV of the figures, and a report that prints. The JSON
        has the digests of the two files beside it.
      </p>
      <p className="links downloads">
        <a href={file('zip')}>Download all three (ZIP)</a>
        <a href={file('json')}>JSON alone</a>
        <a href={file('csv')}>CSV alone</a>
        <a href={file('html')}>Report alone</a>
      </p>
    </>
  );
}

/** A command in one line. */
export function Command({ line }: { readonly line: string }) {
  return (
    <pre className="line">
      <code>{line}</code>
    </pre>
  );
}
