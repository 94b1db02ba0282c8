/** The door to the runbooks: what to do when a check fails, and when worse has happened. */
export type { Command } from './runbooks/commands.ts';
export { documentOf, RUNBOOK_GROUPS, type RunbookDocument, runbookNamed, type Section } from './runbooks/document.ts';
export { handbook } from './runbooks/html.ts';
export { inlineOf } from './runbooks/inline.ts';
export { type Asked, commandValues, liveRunbook, type LiveValues } from './runbooks/live.ts';
export { liveRows } from './runbooks/live-rows.ts';
export { markdownFiles } from './runbooks/markdown.ts';
export { type People, peopleOf } from './runbooks/people.ts';
