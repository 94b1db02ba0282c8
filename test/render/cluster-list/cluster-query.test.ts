import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALL_CLUSTERS,
  askedClusters,
  type ClusterQuery,
  clustersAddress,
  type Parameters,
} from '../../../lib/render/cluster-list/cluster-query.ts';

describe('the address of the list', () => {
  test('without parameters asks for all clusters by urgency, and so does a form that was sent empty', () => {
    expect(askedClusters({})).toEqual({ query: ALL_CLUSTERS, problems: [] });
    const empty = { q: '', project: '', tag: '', standing: '', kind: '', sort: 'urgency' };
    expect(askedClusters(empty)).toEqual({ query: ALL_CLUSTERS, problems: [] });
  });

  test('says every filter, the order and the page', () => {
    const parameters = { q: 'orders', project: 'shop', tag: 'team=pay', standing: 'atRisk', kind: 'sharded', sort: 'until', page: '3' };
    expect(askedClusters(parameters)).toEqual({ query: { ...parameters, page: 3 }, problems: [] });
  });

  test.for([
    ['sort', 'banana', 'There is no sort by “banana”: it is one of urgency, name, project, newest, until.'],
    ['standing', 'ok', 'There is no standing “ok”: it is one of kept, atRisk, cannot, unknown, exempt.'],
    ['kind', 'M10', 'There is no kind “M10”: it is one of replicaSet, sharded, flex, free.'],
    ['sort', 'toString', 'There is no sort by “toString”: it is one of urgency, name, project, newest, until.'],
    ['page', '0', 'There is no page “0”: pages are numbers from 1.'],
    ['page', '-1', 'There is no page “-1”: pages are numbers from 1.'],
    ['page', '1e3', 'There is no page “1e3”: pages are numbers from 1.'],
    ['page', '12345678', 'There is no page “12345678”: pages are numbers from 1.'],
    ['page', '\u202e3', null],
    ['q', 'x'.repeat(601), '“q” is longer than 600 characters: the rest is left out.'],
    ['q', 'x'.repeat(600), null],
  ] as const)('with %s=%s says in words what is wrong, and shows what is usual', ([name, value, problem]) => {
    const { query, problems } = askedClusters({ [name]: value });
    expect(problems).toEqual(problem === null ? [] : [problem]);
    expect({ ...query, q: '', page: 1 }).toEqual(ALL_CLUSTERS);
    expect(query.q).toBe(name === 'q' ? value.slice(0, 600) : '');
    expect(query.page).toBe(name === 'page' && problem === null ? 3 : 1);
  });

  test.for(['verdict', 'Kind', '__proto__', 'toString'])(
    'says of %s that the list cannot be asked for it, since a misspelt filter filters nothing',
    (name) => {
      const said = `The list cannot be asked for “${name}”: there are q, project, tag, standing, kind, sort, page.`;
      expect(askedClusters(Object.fromEntries([[name, 'failing']]))).toEqual({ query: ALL_CLUSTERS, problems: [said] });
    },
  );

  test('says no more than five things that are wrong', () => {
    const nonsense = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`n${index}`, '']));
    expect(askedClusters(nonsense).problems).toHaveLength(5);
  });

  test('says so where a parameter is given twice, and takes the first', () => {
    expect(askedClusters({ sort: ['name', 'project'] })).toEqual({
      query: { ...ALL_CLUSTERS, sort: 'name' },
      problems: ['“sort” is given 2 times: the first counts.'],
    });
  });

  test('repeats of nonsense what fits a line, without marks that turn text round', () => {
    const [problem = ''] = askedClusters({ sort: `\u202e${'क'.repeat(500)}` }).problems;
    expect(problem.length).toBeLessThan(160);
    expect(problem).not.toContain('\u202e');
  });

  test('never throws, and asks for the same again once it was written out', () => {
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 700 }), fc.array(fc.string(), { maxLength: 3 }), fc.constant(undefined));
    const names = fc.constantFrom('q', 'project', 'tag', 'standing', 'kind', 'sort', 'page', '__proto__', 'other');
    fc.assert(
      fc.property(fc.dictionary(names, value), (parameters: Parameters) => {
        const { query } = askedClusters(parameters);
        expect(askedClusters(parametersOf(query))).toEqual({ query, problems: [] });
      }),
      { seed: 20261130 },
    );
  });
});

function parametersOf(query: ClusterQuery): Parameters {
  return Object.fromEntries(new URL(clustersAddress(query), 'http://page').searchParams);
}
