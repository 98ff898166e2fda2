export { loadSqlParser, SqlMistake, type SqlParser } from './parser.ts';
export { planOfSql } from './plan-of-sql.ts';
export { sqlLimits } from './limits.ts';
export { scansOfSql } from './scans-of-sql.ts';
