import { BSON } from 'mongodb';

/**
 * Metadata that a careless reader changes: what the server has, and the text that mongodump writes of it. MongoDB's Go driver (1.17.4) gives these texts and
 * reads them as these bytes, and mongorestore (August 2026) sends the same commands.
 */
export type Odd = { readonly what: string; readonly document: ReadonlyMap<string, unknown>; readonly text: string };

const { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } = BSON;

/** A document in this order, also where fields are named "10" and "2". */
function doc(...fields: readonly (readonly [string, unknown])[]): ReadonlyMap<string, unknown> {
  return new Map(fields);
}

const int = (value: number): unknown => new Int32(value);
const I = (value: number): string => `{"$numberInt":"${value}"}`;
const ID = '65f000000000000000000000';

/** A validator of one field, with the text of what that field must hold. */
function validator(what: string, value: unknown, text: string): Odd {
  return { what: `a validator with ${what}`, document: doc(['validator', doc(['a', value])]), text: `{"validator":{"a":${text}}}` };
}

/** A validator that is one operator at its top. */
function operator(name: string, value: unknown, text: string): Odd {
  return { what: `a validator with ${name}`, document: doc(['validator', doc([name, value])]), text: `{"validator":{"${name}":${text}}}` };
}

function stage(name: string, value: unknown, text: string): Odd {
  return {
    what: `a view with ${name}`,
    document: doc(['viewOn', 'orders'], ['pipeline', [doc([name, value])]]),
    text: `{"viewOn":"orders","pipeline":[{"${name}":${text}}]}`,
  };
}

const COLLATION = doc(
  ['locale', 'de@collation=phonebook'],
  ['caseLevel', false],
  ['caseFirst', 'off'],
  ['strength', int(2)],
  ['numericOrdering', true],
  ['alternate', 'shifted'],
  ['maxVariable', 'punct'],
  ['normalization', false],
  ['backwards', false],
  ['version', '57.1'],
);
const COLLATION_TEXT = `{"locale":"de@collation=phonebook","caseLevel":false,"caseFirst":"off","strength":${I(2)},"numericOrdering":true,"alternate":"shifted","maxVariable":"punct","normalization":false,"backwards":false,"version":"57.1"}`;

export const ODD_OPTIONS: readonly Odd[] = [
  { what: 'a collation', document: doc(['collation', COLLATION]), text: `{"collation":${COLLATION_TEXT}}` },
  {
    what: 'a capped collection with sizes of three kinds',
    document: doc(['capped', true], ['size', Long.fromNumber(4096)], ['max', new Double(10)], ['autoIndexId', true]),
    text: '{"capped":true,"size":{"$numberLong":"4096"},"max":{"$numberDouble":"10.0"},"autoIndexId":true}',
  },
  {
    what: 'a time series',
    document: doc(
      ['timeseries', doc(['timeField', 't'], ['metaField', 'm'], ['granularity', 'seconds'], ['bucketMaxSpanSeconds', int(3600)])],
      ['expireAfterSeconds', Long.fromNumber(86_400)],
    ),
    text: `{"timeseries":{"timeField":"t","metaField":"m","granularity":"seconds","bucketMaxSpanSeconds":${I(3600)}},"expireAfterSeconds":{"$numberLong":"86400"}}`,
  },
  {
    what: 'a clustered collection',
    document: doc(['clusteredIndex', doc(['v', int(2)], ['key', doc(['_id', int(1)])], ['name', 'by id'], ['unique', true])]),
    text: `{"clusteredIndex":{"v":${I(2)},"key":{"_id":${I(1)}},"name":"by id","unique":true}}`,
  },
  {
    what: 'images of changes, a level and an action',
    document: doc(
      ['validator', doc()],
      ['validationLevel', 'moderate'],
      ['validationAction', 'warn'],
      ['changeStreamPreAndPostImages', doc(['enabled', true])],
    ),
    text: '{"validator":{},"validationLevel":"moderate","validationAction":"warn","changeStreamPreAndPostImages":{"enabled":true}}',
  },
  {
    what: 'encrypted fields',
    document: doc(['encryptedFields', doc(['fields', [doc(['keyId', new Binary(Buffer.alloc(16, 7), 4)], ['min', Long.fromNumber(1)])]])]),
    text: '{"encryptedFields":{"fields":[{"keyId":{"$binary":{"base64":"BwcHBwcHBwcHBwcHBwcHBw==","subType":"04"}},"min":{"$numberLong":"1"}}]}}',
  },
  validator('$regex beside $ne', doc(['$regex', '^a'], ['$ne', 'abc']), '{"$regex":"^a","$ne":"abc"}'),
  validator('$regex alone', doc(['$regex', '^a']), '{"$regex":"^a"}'),
  validator('$regex with $options', doc(['$regex', '^a'], ['$options', 'im']), '{"$regex":"^a","$options":"im"}'),
  validator('$options before $regex', doc(['$options', 'i'], ['$regex', '^a']), '{"$options":"i","$regex":"^a"}'),
  validator(
    '$regex of a regular expression',
    doc(['$regex', new BSONRegExp('^a"\\d', 'im')]),
    String.raw`{"$regex":{"$regularExpression":{"pattern":"^a\"\\d","options":"im"}}}`,
  ),
  validator('$not', doc(['$not', doc(['$regex', 'x'])]), '{"$not":{"$regex":"x"}}'),
  validator(
    '$in of regular expressions',
    doc(['$in', [new BSONRegExp('a', ''), 'b']]),
    '{"$in":[{"$regularExpression":{"pattern":"a","options":""}},"b"]}',
  ),
  validator(
    '$type by names and numbers',
    doc(['$type', ['string', int(16), new Double(-1)]]),
    `{"$type":["string",${I(16)},{"$numberDouble":"-1.0"}]}`,
  ),
  validator('$bitsAllSet of places', doc(['$bitsAllSet', [int(1), int(5)]]), `{"$bitsAllSet":[${I(1)},${I(5)}]}`),
  validator(
    '$bitsAnyClear of a binary',
    doc(['$bitsAnyClear', new Binary(Buffer.from('2000', 'hex'))]),
    '{"$bitsAnyClear":{"$binary":{"base64":"IAA=","subType":"00"}}}',
  ),
  validator('$bitsAllClear of a long', doc(['$bitsAllClear', Long.MAX_VALUE]), '{"$bitsAllClear":{"$numberLong":"9223372036854775807"}}'),
  validator('$bitsAnySet', doc(['$bitsAnySet', int(35)]), `{"$bitsAnySet":${I(35)}}`),
  validator('$mod', doc(['$mod', [int(4), int(0)]]), `{"$mod":[${I(4)},${I(0)}]}`),
  validator(
    '$elemMatch',
    doc(['$elemMatch', doc(['10', int(1)], ['b', int(2)], ['2', int(3)])]),
    `{"$elemMatch":{"10":${I(1)},"b":${I(2)},"2":${I(3)}}}`,
  ),
  validator(
    '$all, $size and $exists',
    doc(['$all', []], ['$size', int(2)], ['$exists', true]),
    `{"$all":[],"$size":${I(2)},"$exists":true}`,
  ),
  validator('$eq of a document like a DBRef', doc(['$eq', doc(['$ref', 'b'], ['$id', int(1)])]), `{"$eq":{"$ref":"b","$id":${I(1)}}}`),
  validator(
    'comparisons',
    doc(['$gte', new Double(1)], ['$lt', Long.fromNumber(2)], ['$nin', [null]]),
    '{"$gte":{"$numberDouble":"1.0"},"$lt":{"$numberLong":"2"},"$nin":[null]}',
  ),
  validator(
    '$geoWithin',
    doc(['$geoWithin', doc(['$centerSphere', [[new Double(-73.93), new Double(40.8)], new Double(0.000_025)]])]),
    '{"$geoWithin":{"$centerSphere":[[{"$numberDouble":"-73.93"},{"$numberDouble":"40.8"}],{"$numberDouble":"2.5E-05"}]}}',
  ),
  operator(
    '$jsonSchema',
    doc(
      ['bsonType', 'object'],
      ['required', ['a']],
      ['properties', doc(['10', doc(['minimum', int(0)])], ['a', doc(['pattern', '^a'], ['enum', [int(1), 'x', null]])], ['2', doc()])],
      ['additionalProperties', false],
    ),
    `{"bsonType":"object","required":["a"],"properties":{"10":{"minimum":${I(0)}},"a":{"pattern":"^a","enum":[${I(1)},"x",null]},"2":{}},"additionalProperties":false}`,
  ),
  operator(
    '$expr',
    doc(['$gt', ['$spent', doc(['$multiply', ['$budget', new Double(1.5)]])]]),
    '{"$gt":["$spent",{"$multiply":["$budget",{"$numberDouble":"1.5"}]}]}',
  ),
  operator('$where', new Code('this.a > 1'), '{"$code":"this.a > 1"}'),
  operator('$where of a text', 'this.a == "x\u2028y"', String.raw`"this.a == \"x\u2028y\""`),
  operator('$and', [doc(['a', int(1)]), doc(['$or', [doc(['b', int(2)])]])], `[{"a":${I(1)}},{"$or":[{"b":${I(2)}}]}]`),
  operator('$nor', [doc(['a', doc(['$regex', 'x'], ['$in', []])])], '[{"a":{"$regex":"x","$in":[]}}]'),
  operator('$comment', 'why', '"why"'),
  validator('an int', int(-5), I(-5)),
  validator('the largest double', new Double(Number.MAX_VALUE), '{"$numberDouble":"1.7976931348623157E+308"}'),
  validator('a million as a double', new Double(1_000_000), '{"$numberDouble":"1E+06"}'),
  validator('minus zero', new Double(-0), '{"$numberDouble":"-0.0"}'),
  validator('no number', new Double(Number.NaN), '{"$numberDouble":"NaN"}'),
  validator('minus infinity', new Double(Number.NEGATIVE_INFINITY), '{"$numberDouble":"-Infinity"}'),
  validator('a decimal', Decimal128.fromString('1.50'), '{"$numberDecimal":"1.50"}'),
  validator('a date before 1970', new Date(-1), '{"$date":{"$numberLong":"-1"}}'),
  validator('an ObjectId', new ObjectId(ID), `{"$oid":"${ID}"}`),
  validator('a binary of subtype 2', new Binary(Buffer.of(1), 2), '{"$binary":{"base64":"AQ==","subType":"02"}}'),
  validator('a timestamp', new Timestamp({ t: 4_294_967_295, i: 7 }), '{"$timestamp":{"t":4294967295,"i":7}}'),
  validator('minKey', new MinKey(), '{"$minKey":1}'),
  validator('maxKey', new MaxKey(), '{"$maxKey":1}'),
  validator('a symbol', new BSONSymbol('old'), '{"$symbol":"old"}'),
  validator('code with a scope', new Code('f()', { b: int(1) }), `{"$code":"f()","$scope":{"b":${I(1)}}}`),
  validator(
    'a name of odd characters',
    doc(['a.b', int(1)], ['ä"\n\u0001', true], ['__proto__', null]),
    String.raw`{"a.b":{"$numberInt":"1"},"ä\"\n\u0001":true,"__proto__":null}`,
  ),
  stage('$match', doc(['s', doc(['$regex', '^a'], ['$ne', 'abc'])]), '{"s":{"$regex":"^a","$ne":"abc"}}'),
  stage('$project of numbers', doc(['10', int(1)], ['b', int(1)], ['2', int(0)]), `{"10":${I(1)},"b":${I(1)},"2":${I(0)}}`),
  stage(
    '$lookup',
    doc(
      ['from', 'users'],
      ['let', doc(['u', '$user'])],
      ['pipeline', [doc(['$match', doc(['$expr', doc(['$eq', ['$_id', '$$u']])])])]],
      ['as', 'user'],
    ),
    '{"from":"users","let":{"u":"$user"},"pipeline":[{"$match":{"$expr":{"$eq":["$_id","$$u"]}}}],"as":"user"}',
  ),
  stage(
    '$addFields and $regexMatch',
    doc(['hit', doc(['$regexMatch', doc(['input', '$s'], ['regex', new BSONRegExp('a', 'i')])])]),
    '{"hit":{"$regexMatch":{"input":"$s","regex":{"$regularExpression":{"pattern":"a","options":"i"}}}}}',
  ),
  stage(
    '$sort',
    doc(['b', int(1)], ['7', int(-1)], ['a', doc(['$meta', 'textScore'])]),
    `{"b":${I(1)},"7":${I(-1)},"a":{"$meta":"textScore"}}`,
  ),
  stage('$limit of a long', Long.fromNumber(5), '{"$numberLong":"5"}'),
];

function index(
  what: string,
  fields: readonly (readonly [string, unknown])[],
  text: string,
  key: readonly (readonly [string, unknown])[] = [['a', int(1)]],
  keyText = `{"a":${I(1)}}`,
): Odd {
  return {
    what,
    document: doc(['v', int(2)], ['key', doc(...key)], ['name', 'odd'], ...fields),
    text: `{"v":${I(2)},"key":${keyText},"name":"odd"${text}}`,
  };
}

export const ODD_INDEXES: readonly Odd[] = [
  index(
    'fields named by numbers',
    [],
    '',
    [
      ['b', int(1)],
      ['7', int(-1)],
      ['2', int(1)],
    ],
    `{"b":${I(1)},"7":${I(-1)},"2":${I(1)}}`,
  ),
  index(
    'keys of other kinds of numbers',
    [],
    '',
    [
      ['a', new Double(1)],
      ['b', Long.fromNumber(-1)],
    ],
    '{"a":{"$numberDouble":"1.0"},"b":{"$numberLong":"-1"}}',
  ),
  index(
    'a unique, sparse one',
    [
      ['unique', true],
      ['sparse', true],
    ],
    ',"unique":true,"sparse":true',
  ),
  index('a TTL', [['expireAfterSeconds', new Double(3600)]], ',"expireAfterSeconds":{"$numberDouble":"3600.0"}'),
  index('a collation', [['collation', COLLATION]], `,"collation":${COLLATION_TEXT}`),
  index(
    'a partial filter with $regex, $type and numbers',
    [
      [
        'partialFilterExpression',
        doc([
          '$and',
          [
            doc(['s', doc(['$type', 'string'], ['$gt', ''])]),
            doc(['10', doc(['$exists', true])], ['2', doc(['$gte', Long.fromNumber(3)])]),
          ],
        ]),
      ],
    ],
    ',"partialFilterExpression":{"$and":[{"s":{"$type":"string","$gt":""}},{"10":{"$exists":true},"2":{"$gte":{"$numberLong":"3"}}}]}',
  ),
  index('a hidden one', [['hidden', true]], ',"hidden":true'),
  index(
    'a wildcard projection',
    [['wildcardProjection', doc(['9', int(1)], ['a.b', int(1)], ['_id', int(0)])]],
    `,"wildcardProjection":{"9":${I(1)},"a.b":${I(1)},"_id":${I(0)}}`,
    [['$**', int(1)]],
    `{"$**":${I(1)}}`,
  ),
  index(
    'weights of a text index',
    [
      ['weights', doc(['title', int(10)], ['10', int(1)])],
      ['default_language', 'german'],
      ['language_override', 'lang'],
      ['textIndexVersion', int(3)],
    ],
    `,"weights":{"title":${I(10)},"10":${I(1)}},"default_language":"german","language_override":"lang","textIndexVersion":${I(3)}`,
    [
      ['_fts', 'text'],
      ['_ftsx', int(1)],
    ],
    `{"_fts":"text","_ftsx":${I(1)}}`,
  ),
  index('a sphere', [['2dsphereIndexVersion', int(3)]], `,"2dsphereIndexVersion":${I(3)}`, [['at', '2dsphere']], '{"at":"2dsphere"}'),
  index(
    'a plane',
    [
      ['bits', int(26)],
      ['min', new Double(-180)],
      ['max', new Double(180)],
    ],
    `,"bits":${I(26)},"min":{"$numberDouble":"-180.0"},"max":{"$numberDouble":"180.0"}`,
    [['at', '2d']],
    '{"at":"2d"}',
  ),
  index('a hashed one', [], '', [['a', 'hashed']], '{"a":"hashed"}'),
  index(
    'options of old drivers',
    [
      ['ns', 'shop.orders'],
      ['background', true],
      ['dropDups', false],
      ['safe', null],
      ['w', int(1)],
    ],
    `,"ns":"shop.orders","background":true,"dropDups":false,"safe":null,"w":${I(1)}`,
  ),
];
