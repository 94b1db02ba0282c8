/**
 * Plan 7.1 promises two lengths for each class of data. Restorewatch watches how long backups are kept; the other column is about documents in the
 * database, of which Atlas tells nothing. The checklist and the runbook of `retention` say so, and which assertion would watch it.
 */
export const DATA_RETENTION_NOT_WATCHED =
  "How long the data itself is kept in the database is not watched. An assertion watches it, for example: { name: 'no log is older than 90 days', collection: 'shop.logs', filter: { $expr: { $lt: ['$createdAt', { $dateSubtract: { startDate: '$$NOW', unit: 'day', amount: 90 } }] } }, max: 0 }.";
