import { describe, expect, test } from 'vitest';
import { refusedRequest } from '../../lib/domain/request-target.ts';

describe('a request that no page or route could answer', () => {
  test.for([
    ['TRACE', '/', 405],
    ['PROPFIND', '/api/status', 405],
    ['PUT', '/api/health', 405],
    ['DELETE', '/api/cron/check', 405],
    ['OPTIONS', '*', 405],
    ['get', '/', 405],
    ['', '/', 405],
    ['POST', '/', 405],
    ['POST', '/apis', 405],
    ['POST', '/records?to=/api/records', 405],
    ['GET', '*', 400],
    ['GET', '', 400],
    ['GET', 'http://elsewhere.example.com/', 400],
    ['GET', 'elsewhere.example.com:443', 400],
    ['GET', '/runbooks/rpo%zz', 400],
    ['GET', '/runbooks/rpo%2', 400],
    ['GET', '/records/%00', 400],
    ['GET', '/records/a%0d%0aSet-Cookie:%20a=b', 400],
    ['GET', '/i/%C2%85', 400],
    ['GET', '/%c0%af', 400],
    ['POST', '/api/incidents/%ff/acknowledge', 400],
  ] as const)('%s %s is refused with %i', ([method, target, status]) => {
    expect(refusedRequest(method, target)).toMatchObject({ status, text: expect.stringMatching(/^[A-Z].*\.$/) });
  });
});

test.for([
  ['GET', '/'],
  ['HEAD', '/api/health'],
  ['POST', '/api/silences'],
  ['POST', '/api'],
  ['POST', '/api?why'],
  ['GET', '/records/drill-2026-11-29T10:00:00Z'],
  ['GET', '/i/%E2%82%AC'],
  ['GET', '/api/records?format=csv&before=%zz%00'],
  ['GET', '/api/status?cursor=100%'],
] as const)('%s %s is for its route to answer', ([method, target]) => expect(refusedRequest(method, target)).toBeNull());
