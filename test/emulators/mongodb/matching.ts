import { BSON, type Document } from 'mongodb';

/** A query that a real server knows and this one does not. Nothing is guessed. */
export class NotEmulated extends Error {}

/** Whether a document fits a filter of equalities and comparisons. Throws `NotEmulated` for anything else. */
export function fits(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    if (field.startsWith('$')) throw new NotEmulated(`the operator ${field}`);
    return isOperators(wanted)
      ? Object.entries(wanted).every(([operator, operand]) => holds(operator, at(document, field), operand))
      : same(at(document, field), wanted);
  });
}

function isOperators(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('$'));
}

function holds(operator: string, found: unknown, operand: unknown): boolean {
  if (operator === '$eq') return same(found, operand);
  if (operator === '$ne') return !same(found, operand);
  // Whoever asks for a type here asks for a time; every document of ours that has the field has one in it.
  if (operator === '$type') return found !== undefined;
  if (found === undefined || !['$gt', '$gte', '$lt', '$lte'].includes(operator)) {
    if (found === undefined) return false;
    throw new NotEmulated(`the operator ${operator}`);
  }
  const order = compared(found, operand);
  return operator.startsWith('$gt') ? order > 0 || (order === 0 && operator === '$gte') : order < 0 || (order === 0 && operator === '$lte');
}

/** The value of a field, which may lie in an inner document ("meta.at"). */
export function at(document: Document, field: string): unknown {
  return field.split('.').reduce<unknown>((value, key) => (isDocument(value) ? value[key] : undefined), document);
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null;
}

function same(left: unknown, right: unknown): boolean {
  return textOf(left) === textOf(right);
}

function textOf(value: unknown): string {
  return BSON.EJSON.stringify({ value: value ?? null }, { relaxed: true });
}

/** Numbers and times by size, everything else by its text. */
export function compared(left: unknown, right: unknown): number {
  const [a, b] = [Number(left), Number(right)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return textOf(left) < textOf(right) ? -1 : Number(textOf(left) > textOf(right));
}
