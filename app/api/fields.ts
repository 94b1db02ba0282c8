import { rawBody } from './webhooks/body.ts';

/** A form's fields, or those of a JSON object that are texts; null for anything else and for what is too long. */
export async function readFields(request: Request): Promise<Readonly<Record<string, string>> | null> {
  const body = await rawBody(request);
  if (body === null) return null;
  const text = new TextDecoder().decode(body);
  return (request.headers.get('content-type') ?? '').includes('json') ? jsonFields(text) : Object.fromEntries(new URLSearchParams(text));
}

function jsonFields(text: string): Readonly<Record<string, string>> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    return Object.fromEntries(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return null;
  }
}
