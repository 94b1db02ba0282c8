import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { StatusPage } from '../../app/_page/status-page.tsx';
import { HOUR } from '../../lib/domain/time.ts';
import { pageModel } from '../../lib/render/first-page/page-model.ts';
import { blind, ended, oneP0, storm } from '../e2e/night-states.ts';
import { mixture, partial, proving, stale } from '../e2e/recorded-state.ts';
import { NOW } from '../support/facts.ts';

describe('the first page without the findings that are well', () => {
  test.for(Object.entries({ mixture, stale, partial, proving, oneP0, storm, blind, ended }))('is the same page: %s', ([, state]) => {
    const { head, view } = state(NOW);
    const request = { now: NOW, checkInterval: HOUR, limit: 25, cursor: null, channels: ['pagerduty'] } as const;
    const page = (findings: 'all' | 'unwell'): string =>
      renderToStaticMarkup(createElement(StatusPage, { model: pageModel(head, view, { ...request, findings }), user: 'dana' }));
    expect(page('unwell')).toBe(page('all'));
  });
});
