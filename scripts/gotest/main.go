// Command gotest runs go test, prints what go test prints, and ends with the
// tests that were skipped: a test that did not run proves nothing. Where CI is
// set, a skip is a failure. Its arguments are passed on to go test; without any
// package it tests the whole module.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	skipped, err := run(os.Args[1:], os.Stdout)
	if len(skipped) > 0 {
		fmt.Printf("\n######## %d SKIPPED ########\n%s\n", len(skipped), strings.Join(skipped, "\n"))
		if os.Getenv("CI") != "" {
			fmt.Println("CI is set: a skipped test is a failure.")
			os.Exit(1)
		}
	}
	if err != nil {
		os.Exit(1)
	}
}

// run runs go test and returns what was skipped, with the reasons.
func run(args []string, out io.Writer) ([]string, error) {
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "./") }) {
		args = append(args, "./...")
	}
	command := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	command.Stderr = os.Stderr
	events, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	r := &report{out: out, output: map[string]*strings.Builder{}}
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.add(line)
		}
		if err != nil {
			return r.skipped, command.Wait()
		}
	}
}

// event is a line of go test -json.
type event struct{ Action, Package, Test, Output string }

// report keeps what tests print until it is known whether they fail.
type report struct {
	out     io.Writer
	output  map[string]*strings.Builder // by package and test, of those that run
	skipped []string
}

func (r *report) add(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil {
		fmt.Fprintf(r.out, "%s", line)
		return
	}
	key := e.Package + " " + e.Test
	switch {
	case e.Action == "build-output":
		fmt.Fprint(r.out, e.Output)
	case e.Action == "output" && e.Test == "":
		r.printLine(e.Output)
	case e.Action == "output":
		if r.output[key] == nil {
			r.output[key] = &strings.Builder{}
		}
		r.output[key].WriteString(e.Output)
	case e.Test != "":
		r.testEnded(e, key)
	case e.Action == "fail":
		r.printUnended(e.Package)
	}
}

// printLine prints what a package prints outside of its tests.
func (r *report) printLine(line string) {
	if line != "PASS\n" && !strings.HasSuffix(line, "[no test files]\n") {
		fmt.Fprint(r.out, line)
	}
}

func (r *report) testEnded(e event, key string) {
	text := ""
	if b := r.output[key]; b != nil {
		text = b.String()
	}
	switch e.Action {
	case "fail":
		fmt.Fprint(r.out, text)
	case "skip":
		r.skipped = append(r.skipped, key+reason(text))
	case "pass":
	default:
		return
	}
	delete(r.output, key)
}

// printUnended prints what tests said that never ended: one that panicked took
// the others with it.
func (r *report) printUnended(pkg string) {
	for key, text := range r.output {
		if strings.HasPrefix(key, pkg+" ") {
			fmt.Fprint(r.out, text)
			delete(r.output, key)
		}
	}
}

// reason is what a test said to why it was skipped.
func reason(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			return ": " + line
		}
	}
	return ""
}
