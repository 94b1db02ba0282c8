/** A metric family, as Prometheus calls it: a name, what it means in one line, and its samples. Ours are all gauges. */
export type Family = { readonly name: string; readonly help: string; readonly samples: readonly Sample[] };

export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** Prometheus's own text form 0.0.4, and OpenMetrics 1.0. For gauges they differ by the unit's line and by the end alone. */
export type Form = 'prometheus' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<Form, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** OpenMetrics only where `Accept` names it with a weight over 0; a browser, which takes anything, gets plain text. */
export function formFor(accept: string | null): Form {
  const asked = (accept ?? '').split(',').find((range) => range.trim().toLowerCase().startsWith('application/openmetrics-text'));
  return asked === undefined || /;\s*q=0(\.0*)?\s*(;|$)/i.test(asked) ? 'prometheus' : 'openmetrics';
}

/** Pure: the families as text, each with its help and its type before its samples. */
export function exposition(families: readonly Family[], form: Form): string {
  const text = families.map((family) => linesOf(family, form)).join('');
  return form === 'openmetrics' ? `${text}# EOF\n` : text;
}

function linesOf({ name, help, samples }: Family, form: Form): string {
  // OpenMetrics: the unit is the last part of the name.
  const unit = form === 'openmetrics' && name.endsWith('_seconds') ? `# UNIT ${name} seconds\n` : '';
  const values = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${unit}${values.join('')}`;
}

function labelText(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Both forms escape these three and nothing else in the value of a label. */
function escaped(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
