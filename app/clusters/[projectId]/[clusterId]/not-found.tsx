import { Shell } from '../../../_parts/shell.tsx';

/** For ids that the last check saw nothing of. */
export default function NotFound() {
  return (
    <Shell here="/clusters">
      <h1>No check has seen this cluster</h1>
      <p>
        The address names a project and a cluster by Atlas’s ids. One that was deleted stays for a while and is then forgotten; its
        incidents stay in <a href="/incidents">the history</a>.
      </p>
      <p>
        <a className="target" href="/clusters">
          All clusters
        </a>
      </p>
    </Shell>
  );
}
