/** After the help of the program: what a script and a newcomer need. */
export const PROGRAM_HELP = `
Exit codes:
  0    every test passed
  1    a test failed; a check that is undetermined or matched no span is a failed one
  2    the input is wrong; nothing was run
  3    no check failed, but something could not be judged: a trigger or backend that
       cannot be reached, a port in use, a trace that did not come
  70   a bug in tracerun
  130  interrupted

  Where several apply, the gravest wins: 70, 130, 2, 1, 3, 0.

Examples:
  $ tracerun run -f checkout.yaml
  $ tracerun run specs --tag smoke --vars HOST=http://localhost:8080
  $ tracerun exec -f checkout.yaml -- npm start
  $ tracerun validate specs
  $ tracerun list specs --tag smoke
  $ tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json
  $ tracerun explain 'span[service.name="cart"]' --trace .tracerun/last/checkout.json
  $ tracerun doctor --data-store jaeger=http://localhost:16686
  $ tracerun init http://localhost:8080/cart

Without a dataStore, tracerun receives spans itself, on ports 4317 and 4318 of this machine.`

export const RUN_HELP = `
Every setting has a key in tracerun.yaml and a variable of the process too: --flush-delay is flushDelay
and TRACERUN_FLUSH_DELAY. A flag beats the variable, the variable beats the file. Lists are written with commas.
TRACERUN_VARIABLES is what --vars takes.

Which tests: checkout.yaml:17 is the test at line 17. Tag expressions: "a or b" (also "a,b"), "a and b" ("a&b"),
"not a" ("!a"), with parentheses. --grep takes a regular expression in RE2's syntax, or the text itself, in any case of
letters. Flags that are given again must all hold. --shard 2/5 (TRACERUN_SHARD) runs one of five parts: suites and serial
groups stay whole, and every machine divides alike. --last-failed reads .tracerun/last.
A test with "only: true" is run alone, except in CI (the variable CI), which refuses it.

How often: --retries 2 runs a test that did not pass again; one that passes then is flaky, which --fail-on-flaky does not
allow. --repeat 20 runs each test twenty times. --bail (TRACERUN_BAIL) stops after the first that does not pass, --bail 3
after three.

--allow-exec (TRACERUN_ALLOW_EXEC=1) lets triggers of type exec run commands of this machine, with your rights and
variables. No file can allow it: never give it to files that you have not read, such as a stranger's pull request.

Reporters: pretty (the default), json and ndjson, each of which may have a file: --reporter json=report.json;
junit=report.xml; html=report.html, one page of the whole run; github: annotations at the lines of the files, and the
page of the job. It is on in a job of GitHub Actions, unless TRACERUN_GITHUB=0.

--watch waits after the run, and does again what a save changes: a test that is only checked otherwise is judged on its
saved trace, and nothing is sent. Keys: Enter or a runs all, f what did not pass, q or Ctrl-C ends; the exit code is 0
only if every test passed when it was last run or judged.

Of Tracetest: "run test -f FILE" and "run testsuite -f FILE" are "run -f FILE", -e is --vars.

Examples:
  $ tracerun run -f checkout.yaml
  $ tracerun run specs --tag 'smoke and not slow' --jobs 8 --flush-delay 200ms
  $ tracerun run specs/checkout.yaml:17 --repeat 20 --bail
  $ tracerun run specs --shard 2/5 --retries 2
  $ tracerun run --last-failed
  $ tracerun run -f checkout.yaml --vars HOST=http://localhost:8080 --secret API_TOKEN
  $ tracerun run specs --reporter json=report.json --reporter html=report.html
  $ tracerun run -f checkout.yaml --wait-for http://localhost:8080/health
  $ tracerun run specs --watch
  $ cat checkout.yaml | tracerun run -

Exit codes: 0 passed, 1 failed, 2 wrong input, 3 could not be judged, 70 bug, 130 interrupted.`

export const EXEC_HELP = `
Opens the receiver, starts the command, waits until the system answers, runs the tests, and ends the command with all
that it started. The command gets OTEL_EXPORTER_OTLP_ENDPOINT and _PROTOCOL, OTEL_TRACES_EXPORTER=otlp and, unless
it is set, OTEL_BSP_SCHEDULE_DELAY=200: tests that declare no flush delay then wait for that one. Where ports 4317 and
4318 are taken, and no address is given, it listens on a free one.

It is up when --wait-for answers (http, https: any status below 500; tcp: a connection); without it, when every host and
port that the tests call takes connections. Where all tests judge traces that others begin (traceid, playwright, k6, …),
the command is run to its end first.

What the command says goes to standard error, each line behind its name; on a terminal it is shown only if the run does
not pass. Everything that run takes can be given as well: tracerun run --help.

Examples:
  $ tracerun exec -f checkout.yaml -- npm start
  $ tracerun exec -f checkout.yaml --wait-for http://localhost:8080/health -- docker compose up
  $ tracerun exec -f journeys.yaml -- npx playwright test

Exit codes: those of run; 3 also where the command ends before the system answers.`

export const VALIDATE_HELP = `
Says everything that can be said without a request: syntax, keys, types, selectors, assertions, variables.

Examples:
  $ tracerun validate
  $ tracerun validate checkout.yaml specs 'more/**/*.yaml'
  $ tracerun validate checkout.yaml --data-store zipkin=http://localhost:9411

Exit codes: 0 nothing is wrong, 2 something is.`

export const LIST_HELP = `
One line a test: the file and line that run takes as well, its name, its tags, and whether it is skipped, tried again or
in a serial group; the steps of a suite stand below it. Settings and flags choose as they do for run, and as there it is
a mistake if none is left.

Examples:
  $ tracerun list
  $ tracerun list specs --tag 'smoke and not slow'
  $ tracerun list specs --shard 2/5
  $ tracerun list checkout.yaml --json

Exit codes: 0 listed, 2 wrong input, or no test is left.`

export const CONFIG_HELP = `
Each setting with its value and its origin: a flag, a variable TRACERUN_..., a place in tracerun.yaml, or the default.
Flags are those of run, so that a whole command line can be tried. Passwords in URLs are hidden, and of variables only
the names are shown. Variables of the process that begin with TRACERUN_ and mean nothing are warned of.

Examples:
  $ tracerun config
  $ tracerun config --show --jobs 8
  $ tracerun config --json

Exit codes: 0 shown, 2 a setting is wrong.`

export const COMPLETION_HELP = `
Completes commands, flags, and what they take: files, kinds of data stores, reporters.

Examples:
  $ tracerun completion bash > ~/.local/share/bash-completion/completions/tracerun
  $ tracerun completion zsh > ~/.zfunc/_tracerun            (a folder of $fpath)
  $ tracerun completion fish > ~/.config/fish/completions/tracerun.fish

Exit codes: 0 printed, 2 there is no such shell.`

export const CHECK_HELP = `
Judges a stored trace, without any network. The trace is a saved run (.tracerun/last), OTLP JSON (one
document or a line each), Jaeger JSON or Zipkin JSON. Only a saved run knows the response, the variables
and whether the trace is complete; any other file is taken as a complete trace, and the report says so.

Examples:
  $ tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json
  $ tracerun check -f checkout.yaml --trace jaeger-download.json --watch

Exit codes: 0 passed, 1 failed, 2 wrong input, 3 the file holds no span of the tested system.`

export const MERGE_HELP = `
Each run is a folder that holds .tracerun/last or is a copy of it, or the file of --reporter json=FILE. Shards must be
of one run, each there once and none missing; runs without --shard are put side by side. Traces are drawn where the
folder has them. Counts are added up; the time is that of the run that took longest.

Examples:
  $ tracerun merge shards/*
  $ tracerun merge shards/* --junit report.xml --reporter json=report.json

Exit codes: the gravest of the runs; 2 also where a shard is missing, there twice or damaged.`

export const EXPLAIN_HELP = `
--trace is a file as check takes it, or a trace id: then the trace is fetched from the data store.

Examples:
  $ tracerun explain 'span[db.system.name="postgresql"]' --trace .tracerun/last/checkout.json
  $ tracerun explain 'span[service.name="cart"] span:error' --trace trace.json
  $ tracerun explain span:error --trace 4bf92f3577b34da6a3ce929d0e0e4736 --data-store jaeger=http://localhost:16686

Exit codes: 0 explained, whether spans match or not, 2 the selector or the file is wrong,
3 the data store cannot be asked or does not have the trace.`

export const TRACE_HELP = `
The data store is the one of --data-store, TRACERUN_DATA_STORE or tracerun.yaml: KIND=ADDRESS, a name of
tracerun.yaml, or a file with a DataStore. Ids are read as logs, headers and stores spell them: 32 hexadecimal
digits, 16 of an older system, base64, 1-5759e988-bd862e3fe1be46a994272793, a UUID, a traceparent.

Examples:
  $ tracerun trace 4bf92f3577b34da6a3ce929d0e0e4736 --data-store jaeger=http://localhost:16686
  $ tracerun trace 4bf92f3577b34da6a3ce929d0e0e4736 --wait 10s
  $ tracerun trace 4bf92f3577b34da6a3ce929d0e0e4736 --json > trace.json
  $ tracerun trace .tracerun/last/checkout.json

Exit codes: 0 drawn, 2 wrong input or no data store to ask, 3 the data store cannot be asked or does not have it.`

export const DOCTOR_HELP = `
Says one after the other: what the configuration names, what in this shell would mislead, whether the data
store is reached and who it is, how far its clock is off, and what becomes of a canary: a small trace, sent by
OTLP to --otlp-endpoint (else OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT, else
http://localhost:4318) and looked for in the store. Without a data store the receiver of tracerun is examined.
With -f, the request of the first test is sent once, to measure how long the system keeps its spans.

Examples:
  $ tracerun doctor
  $ tracerun doctor --data-store jaeger=http://localhost:16686 --otlp-endpoint http://localhost:4318
  $ tracerun doctor -f checkout.yaml
  $ tracerun doctor -o json

Exit codes: 0 all is well, 2 wrong input, 3 there is a problem.`

export const INIT_HELP = `
Sends the request once to the running system, waits for the whole trace, and writes a test that holds for what
came: the status, the services that take part, the number of their queries, what they publish, no errors.
Beside it tracerun.yaml and a workflow, where there are none. No file is written over without --force.
Secrets stay out of the files: what looks like one is read from the environment, and is named.

With neither a URL nor a curl command two questions are asked; with --yes, or where nobody sits at a terminal,
none: then http://localhost:8080/ is meant.

Examples:
  $ tracerun init http://localhost:8080/cart
  $ tracerun init 'curl -X POST http://localhost:8080/checkout -d "{}"'
  $ tracerun init -- curl --json @order.json http://localhost:8080/checkout
  $ tracerun init http://localhost:8080/cart --data-store jaeger=http://localhost:16686 --ci gitlab

Exit codes: 0 written, and it holds for what came, 2 wrong input, or a file is there already: nothing was written,
3 written, but the system did not answer or no spans came: the test checks the answer alone.`

export const SCHEMA_HELP = `
Examples:
  $ tracerun schema > tracerun.schema.json        (definitions, for an editor)
  $ tracerun schema report                        (what --reporter json writes)
  $ tracerun schema events                        (a line of what --reporter ndjson writes)`

/** Flags that others have under the names of ours: what to write instead. */
export const OTHERWISE: ReadonlyMap<string, string> = new Map([
  ['--html', 'it is written --reporter html=report.html']
])

const NO_COPIES = 'there is no server that keeps copies: name files or folders, tracerun run tests/'
const NO_SERVER = 'there is no server to set up or to start: leave it out'
const ENDS_WITH_VERDICT = 'a run ends with its verdict: leave it out'

/** What the command line of Tracetest has for its server. */
export const NOT_NEEDED: ReadonlyMap<string, string> = new Map([
  ['apply', NO_COPIES],
  ['get', NO_COPIES],
  ['export', NO_COPIES],
  ['delete', NO_COPIES],
  ['--id', NO_COPIES],
  ['--server-url', NO_SERVER],
  ['configure', NO_SERVER],
  ['start', NO_SERVER],
  ['server', NO_SERVER],
  ['dashboard', NO_SERVER],
  ['-W', ENDS_WITH_VERDICT],
  ['--skip-result-wait', ENDS_WITH_VERDICT]
])
