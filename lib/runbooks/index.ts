/** What other folders may use of the runbooks: what to do when a check fails, and after a disaster. */
export type { Command } from '../domain/check/runbook-commands.ts';
export { documentOf, inlineOf, RUNBOOK_GROUPS, type RunbookDocument, runbookNamed, type Section } from './document.ts';
export { handbook } from './html.ts';
export { type Asked, commandValues, liveRunbook, type LiveValues } from './live.ts';
export { liveRows } from './live-rows.ts';
export { markdownFiles } from './markdown.ts';
export { type People, peopleOf } from './people-to-notify.ts';
