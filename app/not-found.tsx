import { Shell } from './_parts/shell.tsx';

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
