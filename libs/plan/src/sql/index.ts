export { loadSqlParser, SqlMistake, type SqlParser } from './parser.ts';
export { planOfSql } from './plan-of-sql.ts';
export { sqlLimits } from './limits.ts';
