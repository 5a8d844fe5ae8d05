// docs/performance.md, from what was measured.

import { groupTexts } from './group-texts.ts'
import type { PlotFile } from './plots.ts'
import type { Outcome, Results, Verdict } from './result.ts'
import { markdownTable, outcomeTable, targetText, verdictText } from './table.ts'

const INTRODUCTION = `# Performance

Made by \`npm run bench:page\` from the files in \`test/bench/results\`; it is not edited by hand. \`npm run bench\` measures
on your machine: what to trust are the ratios, since all contenders of a table ran in one process, in turns.

## How it is measured

- Each table is one shape of input, in a process of its own. Each contender has a copy of the loop around it, so that
  the optimiser sees what it would see in an application.
- Every round runs each contender once, in a random order. A time is the median of all rounds; a ratio is the median of
  the ratios round by round, in brackets its 95 % interval by order statistics. Where the values are differences, it is
  the ratio of two medians with a bootstrap interval.
- *hopwise again (A/A)* is the same code under a second name: a ratio that differs from one by no more than that is noise.
- Requests are captured from a live server, and their header strings are made anew before each batch, as Node's
  parser makes them. Addresses, too, are fresh one-byte strings.
- Allocated bytes are those on the JavaScript heap, measured in another process that collects none while it looks.`

/** The tables are those of the first results; the targets are shown for all. */
export function pageOf(all: readonly Results[], plots: readonly PlotFile[]): string {
  const [first] = all
  if (first === undefined) throw new Error('nothing was measured: npm run bench')
  return `${[
    INTRODUCTION,
    ...versions(all),
    '## Targets',
    markdownTable(targetTable(all)),
    ...Object.entries(groupTexts).flatMap(([name, { title, text }]) => {
      const results = first.groups[name]
      if (results === undefined) return []
      const { date, machine, quick, outcomes } = results
      return [
        `## ${title}`,
        text,
        ...plots
          .filter(({ group }) => group === name)
          .map(({ title, file }) => `![${title}](performance/${file})`),
        ...outcomes.flatMap(section),
        `Measured on ${date}${quick ? ', provisionally, in few rounds' : ''}: ${machine}.`,
      ]
    }),
  ].join('\n\n')}\n`
}

function section(outcome: Outcome): readonly string[] {
  return [`**${outcome.name}**`, markdownTable(outcomeTable(outcome))]
}

function versions(all: readonly Results[]): readonly string[] {
  const nodes = all.map(({ node, v8 }) => `Node.js ${node} (V8 ${v8})`).join(', ')
  const packages = Object.entries(all[0]?.packages ?? {}).map(
    ([name, version]) => `${name} ${version}`,
  )
  return [
    `Measured with ${nodes}; the tables are those of the first. Against: ${packages.join(', ')}.`,
  ]
}

function targetTable(all: readonly Results[]): readonly (readonly string[])[] {
  const rows = Object.entries(groupTexts).flatMap(([group, { title }]) =>
    (all[0]?.groups[group]?.outcomes ?? []).flatMap((outcome) =>
      outcome.verdicts.map((verdict) => [
        `${title}: ${outcome.name}`,
        targetText(verdict.target, outcome.unit),
        ...all.map((results) => verdictIn(results, group, outcome, verdict)),
      ]),
    ),
  )
  return [['', 'target', ...all.map(({ node }) => node)], ...rows]
}

/** The same target in the results of another Node.js. */
function verdictIn(results: Results, group: string, outcome: Outcome, verdict: Verdict): string {
  const target = JSON.stringify(verdict.target)
  const same = results.groups[group]?.outcomes
    .find(({ name }) => name === outcome.name)
    ?.verdicts.find((other) => JSON.stringify(other.target) === target)
  return same === undefined ? '' : verdictText(same, outcome.unit)
}
