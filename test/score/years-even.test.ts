import { testYears } from './test-years.ts';

testYears([0, 1, 2, 3, 4]);
