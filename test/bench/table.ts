import { type Figure, isBroken } from './figures.ts';

/** The figures as Markdown: those by size, then those that stand alone. */
export function table(sizes: readonly number[], bySize: readonly Figure[], single: readonly Figure[]): string {
  const head = ['', ...sizes.map((size) => `${size.toLocaleString('en')} clusters`), 'bound'];
  return [
    ...[head, head.map(() => '---')].map(line),
    ...bySize.map((figure) => line([figure.what, ...figure.cells.map(({ shown }) => shown), boundOf(figure)])),
    '',
    ...[
      ['', '', 'bound'],
      ['---', '---', '---'],
    ].map(line),
    ...single.map((figure) => line([figure.what, figure.cells.map(({ shown }) => shown).join('; '), boundOf(figure)])),
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function boundOf(figure: Figure): string {
  if (figure.most === null) return '';
  return `≤ ${figure.most}${isBroken(figure) ? ' **broken**' : ''}`;
}
