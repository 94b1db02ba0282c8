/** What a browser needs to ask for name and password; one realm for the page and its JSON, so that it asks once. */
export const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="Restorable", charset="UTF-8"' } as const;
