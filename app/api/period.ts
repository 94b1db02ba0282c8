import { parseDayOrMoment, type Period } from '../../lib/domain/time.ts';

/** `from` and `to` of a query, days in UTC or moments, both included; or what is wrong with them. */
export function periodIn(parameters: URLSearchParams): Period | { readonly error: string } {
  const [from, to] = (['from', 'to'] as const).map((name) => {
    const text = parameters.get(name) ?? '';
    return text === '' ? null : (parseDayOrMoment(text, name === 'from' ? 'first' : 'last') ?? undefined);
  });
  if (from === undefined || to === undefined)
    return { error: 'from and to must be days such as 2026-11-01 or moments such as 2026-11-01T00:00:00Z' };
  return from !== null && to !== null && from > to ? { error: 'from must not be after to' } : { from, to };
}
