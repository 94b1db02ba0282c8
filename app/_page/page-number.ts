/** The page of clusters that an address asks for; the first for anything that is no such number. */
export function pageNumber(text: string | readonly string[] | undefined): number {
  return typeof text === 'string' && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 1;
}
