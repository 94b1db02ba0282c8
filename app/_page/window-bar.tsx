const WIDTH = 200;
const HEIGHT = 10;
/** A break of minutes in a week would be thinner than a pixel. */
const THINNEST = 3;

type Span = { readonly from: number; readonly to: number };

/** The window as a bar with holes where it is broken. The words beside it say the same, so it is hidden from readers of the page. */
export function WindowBar({ from, to, breaks }: Span & { readonly breaks: readonly Span[] }) {
  const length = Math.max(1, to - from);
  const place = (at: number) => (Math.min(Math.max(at - from, 0), length) / length) * WIDTH;
  return (
    <svg className="window-bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect className="window-whole" x="0" y="0" width={WIDTH} height={HEIGHT} rx="2" />
      {breaks.map((hole) => {
        const width = Math.max(THINNEST, place(hole.to) - place(hole.from));
        return (
          <rect
            key={`${hole.from}-${hole.to}`}
            className="window-break"
            x={Math.min(place(hole.from), WIDTH - width)}
            y="0"
            width={width}
            height={HEIGHT}
          />
        );
      })}
    </svg>
  );
}
