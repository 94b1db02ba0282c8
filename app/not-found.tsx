import { Shell } from './_page/shell.tsx';

export default function NotFound() {
  return (
    <Shell here={null}>
      <h1>There is no such page</h1>
      <p>
        <a className="target" href="/">
          Can we restore?
        </a>
      </p>
    </Shell>
  );
}
