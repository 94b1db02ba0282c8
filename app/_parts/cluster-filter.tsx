import { STANDING_IN_WORDS, STANDINGS } from '../../lib/domain/findings/standing.ts';
import { type ClusterQuery, KIND_IN_WORDS, SORT_IN_WORDS } from '../../lib/render/cluster-list/cluster-query.ts';

/** The form that filters and sorts the list, whose address is the answer. On a phone it must not push the list off the screen, so most of it is folded. */
export function ClusterFilter({ query }: { readonly query: ClusterQuery }) {
  const { q, project, tag, standing, kind, sort } = query;
  return (
    <form method="get" action="/clusters" role="search" aria-label="Clusters">
      <div className="fields">
        <Text name="q" words="Name, project or id" value={q} />
        <label>
          Sorted by
          <select name="sort" defaultValue={sort}>
            <Options options={Object.entries(SORT_IN_WORDS)} />
          </select>
        </label>
        <button type="submit">Show clusters</button>
      </div>
      <details open={project !== '' || tag !== '' || standing !== null || kind !== null}>
        <summary>By project, tag, standing or kind</summary>
        <div className="fields">
          <Text name="project" words="Project" value={project} />
          <Text name="tag" words="Tag (key, or key=value)" value={tag} />
          <Choice name="standing" words="Standing" value={standing} options={STANDINGS.map((one) => [one, STANDING_IN_WORDS[one]])} />
          <Choice name="kind" words="Kind" value={kind} options={Object.entries(KIND_IN_WORDS)} />
        </div>
      </details>
    </form>
  );
}

function Text({ name, words, value }: { readonly name: string; readonly words: string; readonly value: string }) {
  return (
    <label>
      {words}
      <input name={name} defaultValue={value} dir="auto" autoComplete="off" />
    </label>
  );
}

type Named = readonly (readonly [value: string, words: string])[];

function Choice({
  name,
  words,
  value,
  options,
}: {
  readonly name: string;
  readonly words: string;
  readonly value: string | null;
  readonly options: Named;
}) {
  return (
    <label>
      {words}
      <select name={name} defaultValue={value ?? ''}>
        <option value="">any</option>
        <Options options={options} />
      </select>
    </label>
  );
}

function Options({ options }: { readonly options: Named }) {
  return options.map(([value, words]) => (
    <option key={value} value={value}>
      {words}
    </option>
  ));
}
