import { AtlasError, type Told } from './error.ts';
import type { Answer } from './exchange.ts';

/** Atlas documents 200 for every operation here, reads and writes alike; its other writes are answered 201, 202 or 204. */
const FINE = { read: [200], write: [200, 201, 202, 204] } as const;

/**
 * The object that an answer holds; null where its status says no. A write's may be empty. Throws `AtlasError` where the answer is no JSON object.
 */
export function objectOf(told: Told, { status, text }: Answer, kind: keyof typeof FINE): Readonly<Record<string, unknown>> | null {
  const fine: readonly number[] = FINE[kind];
  if (!fine.includes(status)) return null;
  if (kind === 'write' && text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    // The body is not quoted: it may be a proxy's page, and hold anything.
  }
  throw new AtlasError({ ...told, kind: 'unusable', status, detail: 'answered something that is not a JSON object', patience: 'twice' });
}
