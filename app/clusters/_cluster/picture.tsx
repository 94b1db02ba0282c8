import type { ReactNode } from 'react';
import { Columns } from '../../_list/parts.tsx';

/** Width in the units of the picture, and whether it is the one for phones: text stays as large as the text around it in both. */
export type Layout = { readonly width: number; readonly narrow: boolean };

const LAYOUTS: readonly Layout[] = [
  { width: 720, narrow: false },
  { width: 320, narrow: true },
];

type Properties = {
  /** Distinguishes the picture's own names from those of others on the page. */
  readonly id: string;
  /** What it shows, in a sentence: its caption, and its name for a screen reader. */
  readonly caption: string;
  readonly height: number;
  readonly draw: (layout: Layout & { readonly hatch: string }) => ReactNode;
  /** What its lines mean, below it; absent where the caption says so. */
  readonly legend?: ReactNode;
  readonly columns: readonly string[];
  /** The same as the picture, a row for each mark. */
  readonly rows: readonly (readonly ReactNode[])[];
};

/** A picture drawn for a desk and for a phone, of which the style shows one, and its table. */
export function Picture({ id, caption, height, draw, legend, columns, rows }: Properties) {
  return (
    <figure className="picture">
      <figcaption>{caption}</figcaption>
      {LAYOUTS.map((layout) => {
        const hatch = `${id}-hatch-${layout.width}`;
        return (
          <svg
            key={layout.width}
            className={layout.narrow ? 'narrow' : 'wide'}
            viewBox={`0 0 ${layout.width} ${height}`}
            role="img"
            aria-label={caption}
          >
            <defs>
              <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect className="hatch-line" width="2" height="6" />
              </pattern>
            </defs>
            {draw({ ...layout, hatch })}
          </svg>
        );
      })}
      {legend}
      <DataTable columns={columns} rows={rows} label={caption} />
    </figure>
  );
}

type TableProperties = Pick<Properties, 'columns' | 'rows'> & { readonly label: string };

/** Folded; a box of its own, so that a wide table scrolls and the page does not. */
function DataTable({ columns, rows, label }: TableProperties) {
  return (
    <details>
      <summary>As a table ({rows.length === 1 ? '1 row' : `${rows.length} rows`})</summary>
      <Table columns={columns} rows={rows} label={label} />
    </details>
  );
}

/** For rows of numbers and moments. */
export function Table({ columns, rows, label }: TableProperties) {
  return (
    <div className="scrolls" role="region" aria-label={`Table: ${label}`} tabIndex={0}>
      <table className="data">
        <Columns names={columns} />
        <tbody>
          {/* Rows never move: a page is made anew. */}
          {rows.map((cells, index) => (
            <tr key={index}>
              {cells.map((cell, column) => (
                <td key={columns[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** For rows of words: on a phone each row is a block, and each cell names its column. Roles are spelled out, since blocks lose those of a table. */
export function WordsTable({ columns, rows, label }: TableProperties) {
  return (
    <table className="stacked words" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((name) => (
            <th key={name} scope="col" role="columnheader">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {/* Rows never move: a page is made anew. */}
        {rows.map((cells, index) => (
          <tr key={index} role="row">
            {cells.map((cell, column) => (
              <td key={columns[column]} role="cell" data-label={columns[column]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
