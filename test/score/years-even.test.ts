import { testYears } from './test-years.ts';

testYears([0, 2, 4, 6, 8]);
