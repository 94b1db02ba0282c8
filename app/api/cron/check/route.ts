import { runCheck } from '../../../../lib/wire/wire.ts';
import { cronRoute } from '../../answer.ts';

export const dynamic = 'force-dynamic';
export const maxDuration = 300;

export const GET = cronRoute('check', runCheck);
