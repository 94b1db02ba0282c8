/** A part of README that is written by a program, between two comments that name it. */
export type Section = 'settings' | 'policy' | 'bench';

/** The text between the section's markers; throws where README lacks them. */
export function sectionOf(readme: string, section: Section): string {
  const { start, end } = placeOf(readme, section);
  return readme.slice(start, end).trim();
}

/** README with the section's text replaced. */
export function withSection(readme: string, section: Section, text: string): string {
  const { start, end } = placeOf(readme, section);
  return `${readme.slice(0, start)}\n\n${text}\n\n${readme.slice(end)}`;
}

function placeOf(readme: string, section: Section): { readonly start: number; readonly end: number } {
  const [begin, finish] = [`<!-- ${section}:begin -->`, `<!-- ${section}:end -->`];
  const start = readme.indexOf(begin);
  const end = readme.indexOf(finish);
  if (start === -1 || end < start) throw new Error(`README.md lacks the markers "${begin}" and "${finish}"`);
  return { start: start + begin.length, end };
}
