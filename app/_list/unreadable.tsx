import { type Place, Shell } from '../_parts/shell.tsx';

/** Shown if a list cannot be read, so that it does not look empty. `title`: the heading of the page. */
export function Unreadable({ here, title }: { readonly here: Place; readonly title: string }) {
  return (
    <Shell here={here} className="list">
      <h1>{title}</h1>
      <p className="banner" role="alert">
        <span>
          This cannot be read now, so nothing is known of it. What was written is not lost by that; the product’s own log says why. Try
          again in half a minute.
        </span>
      </p>
    </Shell>
  );
}
