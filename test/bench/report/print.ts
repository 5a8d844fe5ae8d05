// One outcome on the terminal.

import type { Outcome } from './result.ts'
import { alignColumns, outcomeTable, targetText, verdictText } from './table.ts'

export function printOutcome(outcome: Outcome): void {
  console.log(`\n${outcome.name}\n`)
  console.log(alignColumns(outcomeTable(outcome)))
  for (const verdict of outcome.verdicts) {
    console.log(
      `  ${targetText(verdict.target, outcome.unit)}: ${verdictText(verdict, outcome.unit)}`,
    )
  }
}
