import { refuse } from './atlas-access.ts';
import type { AtlasAnswer, AtlasRequest } from './atlas-http.ts';
import type { Json } from './atlas-json.ts';
import type { Route } from './atlas-routes.ts';

type Sent = { readonly body: Json } | { readonly refusal: AtlasAnswer };

/** The body of a request, held against what its route documents: the version in Content-Type, a JSON object, no other fields. */
export function bodyOf({ fields, version }: Route, { headers, body }: AtlasRequest): Sent {
  if (fields === null) return body === '' ? { body: {} } : { refusal: refuse(400, 'INVALID_ATTRIBUTE', 'This operation takes no body.') };
  const type = `application/vnd.atlas.${version}+json`;
  if (headers['content-type'] !== type) return { refusal: refuse(415, 'UNSUPPORTED_MEDIA_TYPE', `Content-Type must be ${type}.`) };
  const parsed = objectIn(body);
  if (parsed === null) return { refusal: refuse(400, 'MALFORMED_JSON', 'Received JSON was malformed.') };
  const strange = Object.keys(parsed).find((key) => !fields.includes(key));
  if (strange !== undefined) return { refusal: refuse(400, 'INVALID_ATTRIBUTE', `Invalid attribute ${strange} specified.`, [strange]) };
  return { body: parsed };
}

function objectIn(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
