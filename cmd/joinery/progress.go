package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/joineryhq/joinery/simulate"
)

// progress shows how simulated identity providers get on: on a terminal by one
// line that is written anew, elsewhere by a line for each phase.
type progress struct {
	w    io.Writer
	live bool

	mu      sync.Mutex
	clients []*clientProgress
	shown   time.Time
}

// clientProgress is how far one provider is.
type clientProgress struct {
	name     string
	phase    simulate.Phase
	requests int
	failures int
	started  time.Time // of the phase
}

// refresh is how often a line is written anew.
const refresh = 60 * time.Millisecond

func newProgress(w io.Writer, clients ...string) *progress {
	p := &progress{w: w, live: isTerminal(w)}
	for _, name := range clients {
		p.clients = append(p.clients, &clientProgress{name: name})
	}
	return p
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// step is a simulate observer.
func (p *progress) step(s simulate.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.clients, func(c *clientProgress) bool { return c.name == s.Client })
	c := p.clients[i]
	if s.Phase != c.phase {
		p.endPhase(c)
		c.phase, c.started = s.Phase, time.Now()
	}
	c.requests++
	if !s.OK {
		c.failures++
		p.print("  ✗ %s\n", s)
	}
	if p.live && time.Since(p.shown) > refresh {
		p.shown = time.Now()
		fmt.Fprint(p.w, "\r\x1b[K", p.line())
	}
}

// endPhase reports a phase where there is no line to watch.
func (p *progress) endPhase(c *clientProgress) {
	if c.phase != "" && !p.live {
		fmt.Fprintf(p.w, "  %-6s %-8s done, %d requests so far\n", c.name, c.phase, c.requests)
	}
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.clients {
		p.endPhase(c)
		c.phase = ""
	}
	if p.live {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// print writes above the line.
func (p *progress) print(format string, args ...any) {
	if p.live {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	fmt.Fprintf(p.w, format, args...)
}

func (p *progress) line() string {
	var parts []string
	for _, c := range p.clients {
		parts = append(parts, fmt.Sprintf("%s %s %-7s %5d", c.name, bar(c.phase), c.phase, c.requests))
	}
	return "  " + strings.Join(parts, "   ") + " requests"
}

// bar shows how many of the phases are behind.
func bar(phase simulate.Phase) string {
	const width = 12 // two of these lines fit into 80 columns
	all := simulate.Phases()
	return gauge(width, slices.Index(all, phase)+1, len(all))
}

// gauge shows how much is done of all there is.
func gauge(width, done, all int) string {
	full := min(done, all) * width / all
	return strings.Repeat("█", full) + strings.Repeat("░", width-full)
}

// bold and green set text off on a terminal.
func bold(w io.Writer, text string) string { return styled(w, "1", text) }

func green(w io.Writer, text string) string { return styled(w, "32", text) }

func styled(w io.Writer, style, text string) string {
	if !isTerminal(w) || os.Getenv("NO_COLOR") != "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}
