/** The metrics of ours that a query in PromQL names. */
export function metricNamesIn(query: string): readonly string[] {
  return query.match(/\brestorewatch_\w+/g) ?? [];
}
