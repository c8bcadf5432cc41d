import ts from 'typescript-eslint'

/** Biome does the rest: only what needs types is here. */
export default ts.config(
  {
    ignores: [
      'dist/**',
      'src/definition/generated/**',
      'src/report/html/generated/**',
      'coverage/**',
      '**/*.js',
      '**/*.mjs',
      'test/**',
      '*.config.ts'
    ]
  },
  {
    files: ['src/**/*.ts'],
    extends: [ts.configs.base],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error'
    }
  }
)
