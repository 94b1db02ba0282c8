/** The value that a JSON text stands for; null if the text is no JSON. */
export function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The object that a JSON text stands for; null if it stands for anything else. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  const value = jsonValue(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}
