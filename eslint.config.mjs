// What a compiler does not say and a reader would. Types are asked only where a forgotten promise can hurt: in libs and apps.
import tseslint from 'typescript-eslint';

const sources = ['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts'];
const specs = ['**/*.spec.ts'];

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '**/generated/', '.runtime/', '.podnet/', '.nx/', '**/coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.cjs'],
    languageOptions: { parser: tseslint.parser, sourceType: 'module' },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-debugger': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-self-compare': 'error',
      'no-unsafe-finally': 'error',
      'no-fallthrough': 'error',
      'no-duplicate-case': 'error',
      'no-dupe-keys': 'error',
      'no-sparse-arrays': 'error',
      'no-unreachable': 'error',
      'no-control-regex': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'start' }],
      'no-template-curly-in-string': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-asserted-optional-chain': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
    },
  },
  {
    files: sources,
    ignores: specs,
    languageOptions: { parserOptions: { project: './tsconfig.spec.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
    },
  },
  {
    // What runs in a browser or on a terminal writes through its own parts, and a hub or pod through its log.
    files: sources,
    ignores: [...specs, 'apps/cli/**', 'apps/tour/**', 'libs/terminal/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: specs,
    rules: {
      // Specs of shell and compose files speak of `${…}` itself.
      'no-template-curly-in-string': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.object.name=/^(describe|it|test)$/][callee.property.name=/^(only|skip|todo)$/]", message: 'Every spec runs.' },
        { selector: "CallExpression[callee.name=/^(xit|xdescribe|fit|fdescribe|xtest)$/]", message: 'Every spec runs.' },
      ],
    },
  },
  {
    // Nest reads the types of constructor parameters at run time, so they are value imports even where only a type is seen.
    files: ['apps/hub/src/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
);
